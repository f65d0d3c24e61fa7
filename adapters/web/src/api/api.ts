import { ApiClient } from "./client.ts";
import { Credentials, type KeyStorage } from "./credentials.ts";
import { Reachability } from "./reachability.ts";

/** The one API client of this page, with its key and its knowledge of whether the API answers. */
export const credentials = new Credentials(browserStorage());

export const api = new ApiClient({
  base_url: "",
  credentials,
  onReach: (answers) => reachability.report(answers),
});

export const reachability: Reachability = new Reachability(() => api.answers());

/** Storage may be forbidden; a key is then asked for after each reload. */
function browserStorage(): KeyStorage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
