import { DurableObject } from "cloudflare:workers";
import floor from "./floor.js";

/** The floor, through one Durable Object. */
export class Durable extends DurableObject {
  /** @param {Request} request */
  fetch(request) {
    return floor.fetch(request, this.env);
  }
}

export default {
  /** @param {Request} request @param {any} env */
  fetch(request, env) {
    return env.DURABLE.getByName("one").fetch(request);
  },
};
