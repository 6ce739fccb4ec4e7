import { start } from "./app";
import { say } from "./messages";

start().catch((error: unknown) => {
  const place = document.getElementById("failed")!;
  place.hidden = false;
  place.querySelector("[data-words]")!.textContent = say("failed.opening");
  throw error;
});
