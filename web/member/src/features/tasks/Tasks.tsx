import { formatInstant, formatMoney, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { Link } from "wouter";
import { useAwards } from "../../shared/awards.ts";
import { Failed } from "../../shared/Failed.tsx";
import { lastMoment } from "../../shared/lapses.ts";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { type Program, useProgram } from "../../shared/program.ts";
import { Progress } from "../../shared/Progress.tsx";
import "../../shared/play.css";
import { useStreaks } from "../../shared/streaks/data.ts";
import { StreakView } from "../../shared/streaks/StreakView.tsx";
import { type Task, useTasks } from "./data.ts";
import { texts } from "./texts.ts";

/** Kinds of tasks in the order in which they are shown: what ends soonest first. Badges have a page of their own. */
const KINDS = ["newcomer", "offer", "daily", "weekly", "challenge", "upgrade", "growth", "pack", "other"] as const;

type Kind = (typeof KINDS)[number];

/** What a member can do today, by one tap where that is possible, and how far everything is. */
export function Tasks() {
  const t = useTexts(texts);
  const program = useProgram();
  const streaks = useStreaks();
  const tasks = useTasks();
  const failed = (tasks.data ? null : tasks.error) ?? (program.data ? null : program.error);
  if (!tasks.data || !program.data) {
    const again = () => void Promise.all([tasks.refetch(), program.refetch(), streaks.refetch()]);
    return <Page title={t("title")}>{failed ? <Failed error={failed} retry={again} /> : <Loading lines={8} />}</Page>;
  }
  const shown = tasks.data.filter(({ kind }) => kind !== "badge");
  const rows = streaks.data?.streaks ?? [];
  return (
    <Page title={t("title")}>
      {rows.map((streak) => (
        <StreakView key={streak.id} streak={streak} program={program.data} />
      ))}
      {streaks.error && <Failed error={streaks.error} retry={() => void streaks.refetch()} />}
      <nav className="ways even" aria-label={t("ways")}>
        {(["tier", "badges", "boards", "invite"] as const).map((path) => (
          <Link key={path} href={`/${path}`} className="button plain">
            {t(path)}
          </Link>
        ))}
      </nav>
      {shown.length === 0 && (
        <p className="state">
          {t("none")} <Link href="/guide">{t("none.hint")}</Link>
        </p>
      )}
      {KINDS.map((kind) => (
        <Group key={kind} kind={kind} tasks={shown.filter((task) => kindOf(task) === kind)} program={program.data} />
      ))}
    </Page>
  );
}

function kindOf(task: Task): Kind {
  return KINDS.find((kind) => kind === task.kind) ?? "other";
}

function Group({ kind, tasks, program }: { kind: Kind; tasks: Task[]; program: Program }) {
  const t = useTexts(texts);
  if (tasks.length === 0) return null;
  // What is open comes before what is done.
  const open = tasks.filter(({ state }) => state !== "done");
  const done = tasks.filter(({ state }) => state === "done");
  return (
    <section>
      <h2>{t(`kind.${kind}`)}</h2>
      <ul className="items">
        {[...open, ...done].map((task) => (
          <One key={task.id} task={task} program={program} />
        ))}
      </ul>
    </section>
  );
}

function One({ task, program }: { task: Task; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const awards = useAwards(program);
  const isDone = task.state === "done";
  const facts = [
    task.until && !isDone && t("until", { at: formatInstant(lastMoment(task.until), lang, program.zone, "minute") }),
    task.ordered && task.steps.length > 1 && t("ordered"),
    task.times > 1 && task.times < 1000 && t("times", { n: task.times }),
    task.completed > 0 && !isDone && t("completed", { n: task.completed }),
  ].filter((fact) => typeof fact === "string");
  return (
    <li className={isDone ? "item task dim" : "item task"}>
      <div className="task-head">
        <strong>{text(task.name)}</strong>
        {isDone ? (
          <span className="mark on">✓ {t("done")}</span>
        ) : (
          task.awards.length > 0 && <span className="points">{awards(task.awards)}</span>
        )}
      </div>
      {task.about && <p className="quiet small">{text(task.about)}</p>}
      {!isDone &&
        task.steps.map((step) => <Step key={step.id} step={step} alone={task.steps.length === 1} program={program} />)}
      {facts.length > 0 && <p className="quiet small">{facts.join(" · ")}</p>}
    </li>
  );
}

interface StepProps {
  step: Task["steps"][number];
  /** Whether the task has no other: its name then says enough. */
  alone: boolean;
  program: Program;
}

function Step({ step, alone, program }: StepProps) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const is = (amount: number) =>
    step.counts === "money" ? formatMoney({ amount, currency: program.currency }, lang) : formatPoints(amount, lang);
  const far = { done: is(Math.min(step.done, step.goal)), goal: is(step.goal) };
  const said = step.counts === "days_in_a_row" ? t("step.days", far) : t("step.of", far);
  const name = text(step.name);
  return (
    <div className="step">
      <span className="step-words small">
        <span>{alone ? "" : name}</span>
        <span>{said}</span>
      </span>
      <Progress done={step.done} goal={step.goal} label={`${name} ${said}`} />
    </div>
  );
}
