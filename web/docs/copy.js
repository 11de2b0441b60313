/** How long a button says that it has copied. */
const SAID_MS = 1500;

/**
 * Gives each block of code a button that copies it, where the browser lets a page do so: over HTTPS and on this machine.
 *
 * @param {ParentNode} page
 */
export function addCopyButtons(page) {
  if (!navigator.clipboard) return;
  for (const block of page.querySelectorAll('.code')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(block.querySelector('code')?.textContent ?? '');
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), SAID_MS);
    });
    block.append(button);
  }
}
