// The theme: the system's until a person chooses; the choice is a cookie, so that the server
// paints the first pixel right. Without this file the button posts and the page comes back.
const YEAR = 31_536_000; // seconds
const root = document.documentElement;

function toggle() {
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `ocrlab_theme=${root.dataset.theme}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-theme-toggle]")) return;
  event.preventDefault();
  toggle();
});
