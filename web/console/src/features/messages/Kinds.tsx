import { Card, Space, Tag } from "antd";
import { Answer } from "../../shared/Answer.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { useMessageKinds, type MessageKind, type SampleTexts } from "./api.ts";
import { channelWord } from "./words.ts";

/** What members are told by the rules in force, with facts made up, in both languages. */
export function Kinds() {
  const say = useSay();
  const kinds = useMessageKinds();
  return (
    <Answer
      query={kinds}
      rows={8}
      empty={{
        when: ({ data }) => data.length === 0,
        text: say(
          "规则中还没有消息。在规则的 messages.yaml 中添加后发布。",
          "The rules have no messages yet. Add them to messages.yaml and publish.",
        ),
      }}
    >
      {({ data }) => (
        <Space orientation="vertical" size={16} style={{ width: "100%" }}>
          {data.map((kind) => (
            <Kind key={kind.id} kind={kind} />
          ))}
        </Space>
      )}
    </Answer>
  );
}

function Kind({ kind }: { kind: MessageKind }) {
  const say = useSay();
  const name = useName();
  const routes = kind.send.map((route) => route.map((channel) => channelWord(channel, say)).join(" → "));
  return (
    <Card size="small" title={name(kind.name)} extra={<code>{kind.id}</code>}>
      <Space wrap>
        <Tag color={kind.purpose === "marketing" ? "gold" : "default"}>
          {kind.purpose === "marketing" ? say("营销", "Marketing") : say("服务", "Service")}
        </Tag>
        {kind.urgent && <Tag color="red">{say("紧急", "Urgent")}</Tag>}
        {kind.show === "popup" && <Tag>{say("弹窗", "Pops up")}</Tag>}
        {kind.on === "hand" && <Tag>{say("人工发送", "Sent by a person")}</Tag>}
        {kind.when && <code>{kind.when}</code>}
        {routes.map((route) => (
          <Tag key={route}>{route}</Tag>
        ))}
      </Space>
      <Texts texts={kind.texts} />
      {kind.segments.map((segment) => (
        <section key={segment.id}>
          <p>
            {say("分群", "Segment")} <code>{segment.when}</code>
          </p>
          <Texts texts={segment.texts} />
        </section>
      ))}
      {kind.variants.map((variant) => (
        <p key={variant.id}>
          {say("试验", "Variant")} <code>{variant.id}</code> · {variant.share}% ·{" "}
          {say(`${variant.after_seconds} 秒后`, `after ${variant.after_seconds} s`)}
        </p>
      ))}
    </Card>
  );
}

function Texts({ texts }: { texts: SampleTexts }) {
  return (
    <dl>
      {(["zh", "en"] as const).map((lang) => (
        <div key={lang} lang={lang}>
          <dt>
            <strong>{texts.title[lang]}</strong>
          </dt>
          <dd>{texts.text[lang]}</dd>
          {texts.short && <dd className="quiet">{texts.short[lang]}</dd>}
        </div>
      ))}
    </dl>
  );
}
