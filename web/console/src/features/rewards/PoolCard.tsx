import { UploadOutlined } from "@ant-design/icons";
import type { components } from "@jifen/api";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Progress } from "antd";
import { useRef, useState } from "react";
import { Answer } from "../../shared/Answer.tsx";
import { useFormat } from "../../shared/format.ts";
import { get, send } from "../../shared/http.ts";
import { useSay } from "../../shared/language.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { asProblem, type Problem } from "../../shared/problem.ts";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import type { RewardDetail } from "./api.ts";
import { parts } from "./pool.ts";

type Pool = components["schemas"]["Pool"];
type Imported = components["schemas"]["PoolImport"];

/** Kinds whose codes may come from a partner. */
const WITH_CODES: RewardDetail["kind"][] = ["coupon", "digital", "energy", "membership", "experience", "travel"];

/** A partner's codes: how many are left, and more of them from a file. Nothing where codes make no sense. */
export function PoolCard({ reward }: { reward: RewardDetail }) {
  const say = useSay();
  const format = useFormat();
  const { can } = useSession();
  const wanted = WITH_CODES.includes(reward.kind);
  const path = `/v1/rewards/${encodeURIComponent(reward.id)}/codes`;
  const pool = useQuery({
    queryKey: ["rewards", "pool", reward.id],
    queryFn: () => get<Pool>(path),
    enabled: wanted,
    refetchInterval: 30_000,
  });
  if (!wanted) return null;
  return (
    <Card title={say("合作方券码", "Codes of a partner")}>
      <Answer query={pool}>
        {({ imported, given, left, low }) => (
          <>
            {imported === 0 ? (
              <p className="quiet">
                {say(
                  "没有导入券码时，由系统自己生成。导入后每兑换一件发放一个。",
                  "Without any, codes are made here. Once some are imported, each piece gets one of them.",
                )}
              </p>
            ) : (
              <>
                <div className="tile-value" data-testid="pool-left">
                  {format.number(left)}
                </div>
                <p className="quiet">{say("个券码可发放", "codes are left")}</p>
                {low && (
                  <Alert
                    type="warning"
                    showIcon
                    style={{ marginBottom: 12 }}
                    title={say("券码将用完，请向合作方补充。", "Few codes are left: ask the partner for more.")}
                  />
                )}
                <PlainTable
                  caption={say("券码池", "The pool")}
                  columns={[{ label: say("项目", "What") }, { label: say("个数", "Codes"), numeric: true }]}
                  rows={[
                    [say("已导入", "Imported"), format.number(imported)],
                    [say("已发放", "Given out"), format.number(given)],
                  ]}
                />
              </>
            )}
          </>
        )}
      </Answer>
      {can("rewards:write") && <Import path={path} />}
    </Card>
  );
}

interface Running {
  done: number;
  of: number;
  sum: Imported;
  problem: Problem | null;
}

/** Takes a file in part by part: an import that broke off goes on where it was, for known codes are passed over. */
function Import({ path }: { path: string }) {
  const say = useSay();
  const format = useFormat();
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [running, setRunning] = useState<Running | null>(null);
  const [last, setLast] = useState<File | null>(null);
  const busy = running !== null && running.problem === null && running.done < running.of;
  const take = async (file: File) => {
    setLast(file);
    const texts = parts(await file.text());
    const sum: Imported = { added: 0, known: 0, left: 0 };
    setRunning({ done: 0, of: texts.length, sum, problem: null });
    for (const [at, text] of texts.entries()) {
      try {
        const part = await send<Imported>("POST", path, { file: { text, type: "text/csv" } });
        sum.added += part.added;
        sum.known += part.known;
        sum.left = part.left;
        setRunning({ done: at + 1, of: texts.length, sum: { ...sum }, problem: null });
      } catch (error) {
        setRunning({ done: at, of: texts.length, sum: { ...sum }, problem: asProblem(error) });
        break;
      }
    }
    await client.invalidateQueries({ queryKey: ["rewards"] });
  };
  return (
    <div style={{ marginTop: 12 }}>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,text/csv,text/plain"
        aria-label={say("券码文件", "File of codes")}
        className="sr"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) void take(file);
        }}
      />
      <Button icon={<UploadOutlined />} loading={busy} onClick={() => input.current?.click()}>
        {say("导入券码（CSV，每行一个）", "Import codes (CSV, one a line)")}
      </Button>
      {running && (
        <div role="status" data-testid="pool-import">
          {running.of > 1 && (
            <Progress
              percent={Math.round((running.done / running.of) * 100)}
              status={running.problem ? "exception" : running.done < running.of ? "active" : "success"}
              aria-label={say("导入进度", "How far the import is")}
            />
          )}
          <p>
            {say(
              `新增 ${format.number(running.sum.added)} 个，已有 ${format.number(running.sum.known)} 个`,
              `${format.number(running.sum.added)} new, ${format.number(running.sum.known)} were there`,
            )}
          </p>
        </div>
      )}
      {running?.problem && (
        <ProblemView problem={running.problem} {...(last ? { retry: () => void take(last) } : {})} />
      )}
    </div>
  );
}
