/** Prints {@linkcode tellStory}, on whatever host this runs. */
import { tellStory } from "./host_story.ts";

console.log(await tellStory());
