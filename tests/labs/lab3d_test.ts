import { flotillaLab } from "./flotilla/flotilla_lab.ts";

flotillaLab().register("3D", { test: Deno.test, args: Deno.args });
