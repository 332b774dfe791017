/**
 * Pictures of histories: one HTML page, no network.
 *
 * @module
 */
export { renderHtml } from "./html.ts";
export { type Annotation, type PictureHistory, type PictureMark, type PictureOptions } from "./options.ts";
