import { useName, type Name } from "../../../shared/language.tsx";
import { items, type List } from "../model/bundle.ts";
import { useEditor } from "./context.ts";

/** Options made of the items of a list. */
export function useOptionsOf(list: List): { value: string; label: string }[] {
  const name = useName();
  const { files } = useEditor();
  return items(files, list).map((item) => {
    const id = String(item["id"] ?? "");
    return { value: id, label: name(item["name"] as Name | string | undefined) || id };
  });
}
