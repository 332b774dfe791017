import { flotillaLab } from "./flotilla/flotilla_lab.ts";

flotillaLab().register("3C", { test: Deno.test, args: Deno.args });
