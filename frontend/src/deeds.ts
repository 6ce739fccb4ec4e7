// What keys and buttons do: one table for both, so that none can do what the other cannot.
import { ZONES } from "./api/types";
import type { Drafting } from "./drafting";
import type { Flow } from "./flow";
import { type Deeds, isTyping, listen } from "./keys";
import type { LeaseKeeper } from "./lease";
import { say } from "./messages";
import type { Screen } from "./screen";
import { type Mode, one } from "./shell";

interface Parts {
  mode: Mode;
  screen: Screen;
  flow: Flow;
  drafting: Drafting;
  lease: LeaseKeeper | null;
}

export function connect(parts: Parts): void {
  const deeds = { ...common(parts), ...ofMode(parts) };
  listen(deeds);
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    deeds[target.closest<HTMLElement>("[data-deed]")?.dataset["deed"] ?? ""]?.();
    // Leaving by a link of the bar hands the page back at once.
    if (target.closest(".desk-title a, a.brand")) void parts.lease?.release();
  });
  for (const name of ["focusin", "focusout"]) {
    document.addEventListener(name, () => {
      const typing = isTyping(document.activeElement);
      one("#mode").textContent = say(typing ? "mode.editing" : "mode.navigating");
    });
  }
}

function common(parts: Parts): Deeds {
  const { screen, flow, drafting } = parts;
  return {
    ...looking(screen),
    ...walking(screen),
    diff: () => {
      screen.toggleDiff();
    },
    previous: () => void flow.walk("previous"),
    next: () => void flow.walk("next"),
    save: () => void drafting.flush(),
    undo: () => void flow.undoSubmit(flow.page),
    reopen: () => void flow.move("reopen"),
    include: () => void flow.move("include"),
    help: () => {
      one<HTMLDialogElement>("#keys-dialog").showModal();
    },
    "hide-toast": () => {
      one("#toast").hidden = true;
    },
  };
}

function looking({ viewer }: Screen): Deeds {
  return {
    fit: () => {
      viewer.setFit("width");
    },
    "zoom-in": () => {
      viewer.zoom(1);
    },
    "zoom-out": () => {
      viewer.zoom(-1);
    },
  };
}

function walking({ zones, fields }: Screen): Deeds {
  const opening = ZONES.map(
    (zone) =>
      [
        zone,
        () => {
          zones.edit(zone);
        },
      ] as const,
  );
  return {
    ...Object.fromEntries(opening),
    leave: () => {
      one("#correction").focus();
    },
    edit: () => {
      const field = fields.selected;
      if (field) field.edit();
      else zones.edit();
    },
    "field-next": () => {
      fields.walk(1);
    },
    "field-previous": () => {
      fields.walk(-1);
    },
  };
}

function ofMode({ mode, screen, flow }: Parts): Deeds {
  if (mode === "correct") {
    return {
      submit: () => void flow.submit(),
      skip: () => void flow.skip("correct"),
      blank: () => {
        screen.markBlank();
      },
      absent: () => {
        screen.fields.mark("absent");
      },
    };
  }
  if (mode === "approve") {
    return {
      submit: () => void flow.approve(),
      "send-back": () => void flow.sendBack(),
      skip: () => void flow.skip("approve"),
    };
  }
  return {};
}
