// An API whose answers lack what the route's masks name: the source reads them as if it had never been there.
import { applyMask, maskKeyOf, type RouteMask } from "../config/mask.ts";
import { ok } from "../outcome.ts";
import type { Api } from "../sources/source.ts";

/** The API itself where the route masks nothing. */
export function maskedApi(api: Api, mask: RouteMask | undefined, env: object): Api {
  if (!mask) return api;
  return {
    get: async (path) => {
      const answer = await api.get(path);
      return answer.ok ? ok(applyMask(answer.value, mask, maskKeyOf(mask, env)).document) : answer;
    },
  };
}
