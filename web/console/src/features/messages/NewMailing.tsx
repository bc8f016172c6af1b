import { Alert, Form, Input, Segmented, Select } from "antd";
import { FormModal } from "../../shared/FormModal.tsx";
import { useActionKey } from "../../shared/key.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { useProgramInForce } from "../../shared/program.ts";
import { useChange } from "../../shared/useChange.tsx";
import { sendMailing, useMessageKinds, type Mailing, type NewMailing as Body } from "./api.ts";
import { filled } from "./filled.ts";

interface Fields {
  kind: string;
  to: "members" | "tiers";
  members?: string[];
  tiers?: string[];
  words?: Record<string, { zh?: string; en?: string }>;
}

const MEMBERS_MAX = 500;

/** Sends a message: which kind, to whom, and the words it leaves open; what members will read is shown first. */
export function NewMailing({ close }: { close: () => void }) {
  const say = useSay();
  const name = useName();
  const [form] = Form.useForm<Fields>();
  const fields = (Form.useWatch([], form) ?? {}) as Partial<Fields>;
  const tiers = useProgramInForce().data?.tiers ?? [];
  const kinds = (useMessageKinds().data?.data ?? []).filter(({ on }) => on === "hand");
  const kind = kinds.find(({ id }) => id === fields.kind);
  const [key, nextKey] = useActionKey();
  const { run, busy, problem } = useChange<Fields, Mailing>({
    act: async (given) => ({ done: true, value: await sendMailing(bodyOf(given, kind?.words ?? []), key) }),
    stale: [["mailings"], ["deliveries"]],
    done: say("已开始发送", "It is on its way"),
    settled: close,
  });
  const needed = { required: true, message: say("请填写", "Please fill this in") };
  return (
    <FormModal
      title={say("发送消息", "Send a message")}
      verb={say("发送", "Send")}
      form={form}
      initial={{ to: "members" }}
      busy={busy}
      problem={problem}
      changed={nextKey}
      submit={run}
      close={close}
    >
      <Form.Item name="kind" label={say("哪种消息", "Which message")} rules={[needed]}>
        <Select options={kinds.map((one) => ({ value: one.id, label: name(one.name) }))} />
      </Form.Item>
      <Form.Item name="to" label={say("发给谁", "To whom")}>
        <Segmented
          options={[
            { value: "members", label: say("指定会员", "Members by name") },
            { value: "tiers", label: say("整个等级", "Whole tiers") },
          ]}
        />
      </Form.Item>
      {fields.to === "tiers" ? (
        <Form.Item key="tiers" name="tiers" label={say("等级", "Tiers")} rules={[needed]}>
          <Select mode="multiple" options={tiers.map((tier) => ({ value: tier.id, label: name(tier.name) }))} />
        </Form.Item>
      ) : (
        <Form.Item key="members" name="members" label={say("会员编号", "Members")} rules={[needed]}>
          <Select
            mode="tags"
            open={false}
            suffixIcon={null}
            maxCount={MEMBERS_MAX}
            tokenSeparators={[",", " ", "\n"]}
          />
        </Form.Item>
      )}
      {kind?.words.map((word) => (
        <div key={`${kind.id}-${word}`} className="pair">
          <Form.Item name={["words", word, "zh"]} label={`{${word}} · ${say("中文", "Chinese")}`} rules={[needed]}>
            <Input maxLength={200} />
          </Form.Item>
          <Form.Item name={["words", word, "en"]} label={`{${word}} · ${say("英文（可不填）", "English (optional)")}`}>
            <Input maxLength={200} />
          </Form.Item>
        </div>
      ))}
      {kind && (
        <Alert
          type="info"
          title={say("会员将看到", "What members read")}
          description={
            <>
              <strong>{filled(name(kind.texts.title), wordsIn(fields, say("zh", "en")))}</strong>
              <p>{filled(name(kind.texts.text), wordsIn(fields, say("zh", "en")))}</p>
              <span className="quiet">
                {kind.purpose === "marketing"
                  ? say(
                      "营销消息：只发给同意接收的会员。",
                      "Marketing: it leaves the house only for members who agreed.",
                    )
                  : say("服务消息。", "A service message.")}{" "}
                {!kind.urgent &&
                  say(
                    "免打扰时段内的短信与推送，到早上再发。",
                    "What would leave at quiet hours waits for the morning.",
                  )}
              </span>
            </>
          }
        />
      )}
    </FormModal>
  );
}

/** The words of a language, by name; where only Chinese was written, that. */
function wordsIn({ words = {} }: Partial<Fields>, language: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).map(([word, text]) => [word, (language === "en" && text?.en) || text?.zh || ""]),
  );
}

function bodyOf({ kind, to, members, tiers, words = {} }: Fields, asked: string[]): Body {
  const texts = asked.map((word) => {
    const zh = words[word]?.zh?.trim() ?? "";
    return [word, { zh, en: words[word]?.en?.trim() || zh }] as const;
  });
  return {
    kind,
    ...(to === "tiers" ? { tiers: tiers ?? [] } : { members: members ?? [] }),
    words: Object.fromEntries(texts),
  };
}
