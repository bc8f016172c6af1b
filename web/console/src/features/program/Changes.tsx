import { Tag } from "antd";
import { useName, useSay, type Say } from "../../shared/language.tsx";
import type { BundleChange } from "./api.ts";
import { compare } from "./model/lines.ts";

/** What differs, in words, and whether it is to members' advantage. */
export function Changes({ changes }: { changes: BundleChange[] }) {
  const say = useSay();
  const name = useName();
  if (changes.length === 0) return <p className="quiet">{say("没有差别。", "No difference.")}</p>;
  return (
    <div className="scroll-x" role="group" aria-label={say("改动", "Changes")} tabIndex={0}>
      <table className="plain">
        <caption className="sr">{say("改动", "Changes")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("改动", "Change")}</th>
            <th scope="col">{say("之前", "Before")}</th>
            <th scope="col">{say("之后", "After")}</th>
            <th scope="col">{say("对会员", "For members")}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={change.path}>
              <th scope="row">
                {name(change.text)}
                <div className="quiet">{change.path}</div>
              </th>
              <td>{change.before ?? say("无", "none")}</td>
              <td>{change.after ?? say("删除", "removed")}</td>
              <td>
                <Effect effect={change.effect} say={say} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Effect({ effect, say }: { effect: BundleChange["effect"]; say: Say }) {
  if (effect === "better") return <Tag color="green">{say("更有利", "better")}</Tag>;
  if (effect === "worse") return <Tag color="orange">{say("不利，须提前公告", "worse: needs notice")}</Tag>;
  return <Tag>{say("无影响", "neutral")}</Tag>;
}

/** Two texts laid over each other. */
export function LineDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const say = useSay();
  return (
    <div className="diff" role="region" aria-label={label} tabIndex={0}>
      {compare(before, after).map((line, at) => {
        if (line.kind === "added") return <ins key={at} title={say("新增", "added")}>{`+ ${line.text}`}</ins>;
        if (line.kind === "removed") return <del key={at} title={say("删除", "removed")}>{`− ${line.text}`}</del>;
        return <span key={at}>{`  ${line.text}`}</span>;
      })}
    </div>
  );
}
