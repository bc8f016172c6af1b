import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Drawer, Progress, Tag } from "antd";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { get } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { mean, shareOf } from "./counts.ts";

type Schemas = components["schemas"];
type Survey = Schemas["Survey"];
type Question = Schemas["SurveyQuestion"];

/** What members are asked, how many answered, and what they said. */
export default function Surveys() {
  const say = useSay();
  const [{ open, cursor }, go] = useAddress(["open", "cursor"]);
  const surveys = useQuery({
    queryKey: ["surveys"],
    queryFn: () => get<Schemas["SurveyList"]>("/v1/surveys"),
    refetchInterval: 30_000,
  });
  const change = <Link to="/program?tab=drafts">{say("在规则草稿中修改", "Change them in a draft")}</Link>;
  return (
    <Page title={say("问卷", "Surveys")} needs="tickets:read" actions={change}>
      <Answer
        query={surveys}
        rows={8}
        empty={{
          when: ({ data }) => data.length === 0,
          text: say(
            "方案里还没有问卷。在规则的 surveys.yaml 中添加后发布。",
            "The program asks nothing yet. Add surveys to surveys.yaml and publish.",
          ),
          action: change,
        }}
      >
        {({ data }) => (
          <>
            <div className="grid halves">
              {data.map((survey) => (
                <One key={survey.id} survey={survey} open={() => go({ open: survey.id, cursor: null })} />
              ))}
            </div>
            {data
              .filter(({ id }) => id === open)
              .map((survey) => (
                <Answers
                  key={survey.id}
                  survey={survey}
                  cursor={cursor}
                  page={(to) => go({ cursor: to })}
                  close={() => go({ open: null, cursor: null })}
                />
              ))}
          </>
        )}
      </Answer>
    </Page>
  );
}

function One({ survey, open }: { survey: Survey; open: () => void }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const answers = survey.answers ?? 0;
  const counted = survey.questions.filter(({ counts }) => counts != null);
  return (
    <Card
      size="small"
      title={name(survey.name)}
      extra={
        <Tag color={survey.open ? "green" : "default"}>
          {survey.open ? say("进行中", "Open") : say("未开放", "Not open")}
        </Tag>
      }
    >
      <p className="quiet">
        {format.day(survey.from)} – {format.day(survey.until)} ·{" "}
        {say(`${format.number(answers)} 人作答`, `${format.number(answers)} answered`)}
      </p>
      {counted.map((question) => (
        <Counts key={question.id} question={question} answers={answers} />
      ))}
      {answers > 0 && (
        <Button size="small" onClick={open}>
          {say("逐份查看", "Read each answer")}
        </Button>
      )}
    </Card>
  );
}

function Counts({ question, answers }: { question: Question; answers: number }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const counts = question.counts ?? {};
  const average = question.kind === "scale" ? mean(counts) : null;
  const steps = Array.from({ length: question.most ?? 0 }, (_, at) => String(at + 1));
  const options: [id: string, label: string][] =
    question.kind === "scale"
      ? steps.map((step) => [step, step])
      : (question.options ?? []).map((option) => [option.id, name(option.name)]);
  return (
    <section>
      <strong>{name(question.text)}</strong>
      {average !== null && (
        <span className="quiet">
          {" "}
          · {say(`平均 ${format.factor(average)}`, `${format.factor(average)} on average`)}
        </span>
      )}
      <ul className="bare">
        {options.map(([id, label]) => (
          <li key={id}>
            {label}
            <Progress
              size="small"
              percent={shareOf(counts[id] ?? 0, answers)}
              format={() => format.number(counts[id] ?? 0)}
              aria-label={`${name(question.text)} · ${label}`}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface AnswersProps {
  survey: Survey;
  cursor: string;
  page: (cursor: string | null) => void;
  close: () => void;
}

/** What each member said, their own words among it. */
function Answers({ survey, cursor, page, close }: AnswersProps) {
  const say = useSay();
  const name = useName();
  const answers = useQuery({
    queryKey: ["surveys", survey.id, cursor],
    queryFn: () =>
      get<Schemas["SurveyAnswerPage"]>(`/v1/surveys/${encodeURIComponent(survey.id)}/answers`, { query: { cursor } }),
  });
  const words = (question: Question, saying: Schemas["Saying"] | undefined): string => {
    if (saying === undefined) return "–";
    const option = (id: string) => name(question.options?.find((known) => known.id === id)?.name) || id;
    return (Array.isArray(saying) ? saying : [saying])
      .map((one) => (typeof one === "string" ? option(one) : String(one)))
      .join(say("、", ", "));
  };
  return (
    <Drawer open onClose={close} size={640} title={name(survey.name)} destroyOnHidden>
      <Answer query={answers} rows={8}>
        {({ data, next_cursor }) => (
          <>
            {data.map((answer) => (
              <Card
                key={answer.member}
                size="small"
                title={<Link to={`/members/${encodeURIComponent(answer.member)}`}>{answer.member}</Link>}
                extra={<Instant at={answer.at} />}
              >
                <dl className="said">
                  {survey.questions.map((question) => (
                    <div key={question.id}>
                      <dt className="quiet">{name(question.text)}</dt>
                      <dd>{words(question, answer.answers[question.id])}</dd>
                    </div>
                  ))}
                </dl>
              </Card>
            ))}
            <Pager cursor={cursor} next={next_cursor} go={page} />
          </>
        )}
      </Answer>
    </Drawer>
  );
}
