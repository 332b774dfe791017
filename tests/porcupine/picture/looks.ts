import type { Page } from "./browser.ts";

/** The canvas, copied: reading the page's own twice would make the browser complain of it. */
const PIXELS = `(() => {
    const { width, height } = document.querySelector("#lanes");
    const copy = new OffscreenCanvas(width, height).getContext("2d");
    copy.drawImage(document.querySelector("#lanes"), 0, 0);
    return copy.getImageData(0, 0, width, height);
  })()`;

/** How many pixels of the canvas have the colour of what is impossible. */
export async function reds(page: Page): Promise<number> {
  return Number(
    await page.ask(`(() => {
    const { data } = ${PIXELS};
    let count = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] > 180 && data[i + 1] < 60 && data[i + 2] < 70) count++;
    return count;
  })()`),
  );
}

/** The mean brightness of the canvas, 0 to 255. */
export async function brightness(page: Page): Promise<number> {
  return Number(
    await page.ask(`(() => {
    const { data } = ${PIXELS};
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum += (data[i] + data[i + 1] + data[i + 2]) / 3;
    return sum / (data.length / 4);
  })()`),
  );
}

/** The contrast of two colours of the style sheet, as WCAG 2 reckons it. */
export async function contrast(page: Page, ink: string, ground: string): Promise<number> {
  return Number(
    await page.ask(`(() => {
    const style = getComputedStyle(document.documentElement);
    const light = (name) => {
      const hex = style.getPropertyValue("--" + name).trim();
      const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
        .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const [a, b] = [light("${ink}"), light("${ground}")].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  })()`),
  );
}
