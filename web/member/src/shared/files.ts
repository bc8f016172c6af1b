import { ApiProblem } from "@jifen/api";
import { settings } from "@jifen/look";
import { csrf, token } from "./session.ts";

/** Gets a file of the API and hands it to the browser under a name. A link alone would not carry the sign-in. */
export async function download(path: string, name: string): Promise<void> {
  const headers = new Headers({ "accept-language": settings().lang });
  const bearer = token();
  const guard = csrf();
  if (bearer) headers.set("authorization", `Bearer ${bearer}`);
  if (guard) headers.set("x-csrf-token", guard);
  const response = await fetch(path, { headers, credentials: "same-origin" });
  if (!response.ok) throw ApiProblem.from(response, await response.json().catch(() => null));
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
