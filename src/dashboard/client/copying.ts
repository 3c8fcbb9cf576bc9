/** Makes buttons with `data-copy` copy that text. They are hidden where there is no script. */
export function addCopying(): void {
  const show = (): void => {
    for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy][hidden]")) button.hidden = false;
  };
  show();
  document.addEventListener("tocsin:updated", show);
  document.addEventListener("click", async ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLButtonElement>("button[data-copy]") : null;
    if (!button) return;
    const was = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy ?? "");
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not copied: the browser does not allow it";
    }
    setTimeout(() => {
      button.textContent = was;
    }, 2_000);
  });
}
