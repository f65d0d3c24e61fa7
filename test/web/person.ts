import type { Page } from "playwright-core";

/** How long a browser on a busy machine may take to show what is there. */
export const SHOWN_MS = 15_000;

export async function ask(page: Page, message: string): Promise<void> {
  const box = page.getByRole("textbox", { name: "Message" });
  await box.fill(message);
  await box.press("Enter");
}

/** Waits until the text is seen. */
export async function shows(page: Page, text: string): Promise<void> {
  await page
    .getByText(text, { exact: false })
    .filter({ visible: true })
    .first()
    .waitFor({ timeout: SHOWN_MS });
}
