import { flotillaLab } from "./flotilla/flotilla_lab.ts";

flotillaLab().register("3B", { test: Deno.test, args: Deno.args });
