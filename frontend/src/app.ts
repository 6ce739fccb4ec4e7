// Opens the page that the server drew the screen for, and ties the parts together.
import { Client } from "./api/client";
import { Pages } from "./api/pages";
import type { Page } from "./api/types";
import { completeContent } from "./content";
import { connect } from "./deeds";
import { offerReasons } from "./dialogs";
import { Drafting } from "./drafting";
import { Effort } from "./effort";
import { Flow } from "./flow";
import { LeaseKeeper } from "./lease";
import { useCatalogue } from "./messages";
import { prefetch } from "./next-page";
import { LocalDrafts } from "./saving/local";
import { Screen } from "./screen";
import { type Mode, type Shell, one, readShell, reveal } from "./shell";

export async function start(): Promise<void> {
  const shell = readShell();
  useCatalogue(shell.words, shell.language, shell.time_zone);
  const pages = new Pages(new Client(shell.api, shell.csrf));
  const local = new LocalDrafts(shell.user.id);
  void local.tidy().catch(() => undefined);
  const words = pages.words(shell.page).catch(() => null);
  const answer = await pages.page(shell.page);
  const page = complete(await withBase(pages, answer.body));
  const mode = modeNow(page, shell);
  const drafting =
    mode === "correct"
      ? await Drafting.typing(pages, local, page, shell.drafted)
      : Drafting.reading(pages, local, page);
  const screen = new Screen(shell, page, drafting.opened.draft, mode, () => {
    drafting.changed();
  });
  const effort = new Effort();
  const held = () => effort.lastActive;
  const lease = shell.lease && new LeaseKeeper(one("#lease"), pages, shell.lease, held);
  const etag = answer.etag ?? "";
  const flow = new Flow({ shell, pages, page, etag, drafting, desk: screen, effort });
  showMode(mode, page, shell);
  connect({ mode, screen, flow, drafting, lease });
  offerReasons();
  if (mode === "correct") await drafting.start(screen);
  screen.showInk(await words);
  if (mode === "correct") screen.zones.edit();
  document.querySelector(".thumb[aria-current]")?.scrollIntoView({ block: "nearest" });
  flow.offerUndo();
  prefetch();
  one("#correction").toggleAttribute("data-ready", true);
}

/** The reading the text began as, which need not be the one that is chosen now. */
async function withBase(pages: Pages, page: Page): Promise<Page> {
  const { base_prediction, prediction } = page;
  if (base_prediction === (prediction?.id ?? null)) return page;
  const base = base_prediction ? await pages.prediction(page.id, base_prediction) : null;
  return { ...page, prediction: base };
}

function complete(page: Page): Page {
  const { prediction } = page;
  const read = prediction && { ...prediction, content: completeContent(prediction.content) };
  return { ...page, content: completeContent(page.content), prediction: read };
}

/** The server's word, unless the page has moved on since the screen was drawn. */
function modeNow(page: Page, { mode }: Shell): Mode {
  const wanted = { correct: "open", approve: "corrected", read: page.state }[mode];
  return page.state === wanted ? mode : "read";
}

/** Shows the buttons and marks that belong to what can be done here. */
function showMode(mode: Mode, page: Page, shell: Shell): void {
  one("#correction").dataset["mode"] = mode;
  const approver = shell.role === "approver" || shell.role === "manager";
  for (const name of ["correct", "approve", "read"]) reveal(name, name === mode);
  reveal("own-sent", page.state === "corrected" && shell.own);
  reveal("reopen", page.state === "approved" && approver);
  reveal("include", page.state === "excluded" && approver);
}
