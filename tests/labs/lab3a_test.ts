import { flotillaLab } from "./flotilla/flotilla_lab.ts";

flotillaLab().register("3A", { test: Deno.test, args: Deno.args });
