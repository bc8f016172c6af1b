import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Form, Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { useSay } from "../../shared/language.tsx";
import { kindOptions } from "./words.ts";

const ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** Pictures, parts, choices and terms of supply: what many rewards do without. */
export function MakeupForm() {
  const say = useSay();
  return (
    <>
      <Part title={say("图片", "Pictures")}>
        <Images />
      </Part>
      <Part title={say("组成与选项", "What is in it, and what is chosen")}>
        <Parts />
        <Choices />
      </Part>
      <Part title={say("预约与解锁", "Booking and unlocking")}>
        <Terms />
      </Part>
      <Part title={say("供应与排序", "Supply and place on the shelf")}>
        <Supply />
      </Part>
    </>
  );
}

/** All of it is there at once, so that nothing of it is lost when it is saved. */
function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="form-part">
      <summary>{title}</summary>
      {children}
    </details>
  );
}

function useNeeded() {
  const say = useSay();
  return { required: true, whitespace: true, message: say("请填写", "Please fill this in") };
}

function NamePair({ at, needed = true }: { at: (string | number)[]; needed?: boolean }) {
  const say = useSay();
  const rule = useNeeded();
  const rules = needed ? [rule] : [];
  return (
    <>
      <Form.Item name={[...at, "zh"]} label={say("中文", "Chinese")} rules={rules}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name={[...at, "en"]} label={say("英文", "English")} rules={rules}>
        <Input maxLength={200} />
      </Form.Item>
    </>
  );
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return <Button type="text" icon={<DeleteOutlined />} aria-label={label} onClick={onClick} />;
}

function Images() {
  const say = useSay();
  const needed = useNeeded();
  return (
    <Form.List name="images">
      {(rows, { add, remove }) => (
        <>
          {rows.map(({ key, name }) => (
            <div key={key} className="form-row">
              <div className="pair">
                <Form.Item
                  name={[name, "url"]}
                  label={say("地址", "Address")}
                  rules={[
                    needed,
                    {
                      pattern: /^(https:\/\/|\/(?!\/))\S+$/,
                      message: say("以 https:// 或 / 开头", "Begins with https:// or /"),
                    },
                  ]}
                >
                  <Input maxLength={500} inputMode="url" />
                </Form.Item>
                <NamePair at={[name]} />
              </div>
              <Remove label={say("删除图片", "Remove the picture")} onClick={() => remove(name)} />
            </div>
          ))}
          <p className="quiet">
            {say(
              "文字说明图片内容，供看不见图片的会员。",
              "The words say what it shows, for members who do not see it.",
            )}
          </p>
          <Button icon={<PlusOutlined />} onClick={() => add({ url: "", zh: "", en: "" })}>
            {say("添加图片", "Add a picture")}
          </Button>
        </>
      )}
    </Form.List>
  );
}

function Parts() {
  const say = useSay();
  const needed = useNeeded();
  return (
    <Form.List name="parts">
      {(rows, { add, remove }) => (
        <div className="field">
          <div className="field-head">{say("包含（套装）", "Parts (of a bundle)")}</div>
          {rows.map(({ key, name }) => (
            <div key={key} className="form-row">
              <div className="pair">
                <Form.Item name={[name, "kind"]} label={say("类型", "Kind")} rules={[needed]}>
                  <Select options={kindOptions(say)} />
                </Form.Item>
                <Form.Item name={[name, "pieces"]} label={say("件数", "Pieces")}>
                  <InputNumber min={1} max={20} precision={0} style={{ width: "100%" }} />
                </Form.Item>
                <NamePair at={[name]} />
              </div>
              <Remove label={say("删除", "Remove")} onClick={() => remove(name)} />
            </div>
          ))}
          <Button icon={<PlusOutlined />} onClick={() => add({ kind: "goods", pieces: 1, zh: "", en: "" })}>
            {say("添加组成", "Add a part")}
          </Button>
        </div>
      )}
    </Form.List>
  );
}

function Choices() {
  const say = useSay();
  return (
    <Form.List name="choices">
      {(rows, { add, remove }) => (
        <div className="field">
          <div className="field-head">{say("会员可选", "What members choose")}</div>
          {rows.map(({ key, name }) => (
            <div key={key} className="form-row">
              <div>
                <div className="pair">
                  <Identifier at={[name, "id"]} />
                  <NamePair at={[name]} />
                </div>
                <Options at={name} />
              </div>
              <Remove label={say("删除选择", "Remove the choice")} onClick={() => remove(name)} />
            </div>
          ))}
          <Button
            icon={<PlusOutlined />}
            onClick={() => add({ id: "", zh: "", en: "", options: [{ id: "", zh: "", en: "" }] })}
          >
            {say("添加选择", "Add a choice")}
          </Button>
        </div>
      )}
    </Form.List>
  );
}

function Options({ at }: { at: number }) {
  const say = useSay();
  return (
    <Form.List name={[at, "options"]}>
      {(rows, { add, remove }) => (
        <>
          {rows.map(({ key, name }) => (
            <div key={key} className="form-row">
              <div className="pair">
                <Identifier at={[name, "id"]} />
                <NamePair at={[name]} />
              </div>
              <Remove label={say("删除选项", "Remove the option")} onClick={() => remove(name)} />
            </div>
          ))}
          <Button size="small" icon={<PlusOutlined />} onClick={() => add({ id: "", zh: "", en: "" })}>
            {say("添加选项", "Add an option")}
          </Button>
        </>
      )}
    </Form.List>
  );
}

function Identifier({ at }: { at: (string | number)[] }) {
  const say = useSay();
  const message = say("1 至 64 个字母、数字或 . _ : -", "1 to 64 letters, digits or . _ : -");
  return (
    <Form.Item name={at} label={say("编号", "Identifier")} rules={[{ required: true, pattern: ID, message }]}>
      <Input maxLength={64} autoComplete="off" />
    </Form.Item>
  );
}

function Terms() {
  const say = useSay();
  return (
    <>
      <div className="pair">
        <Form.Item name={["booking", "least"]} label={say("最少提前几天预约", "Booked at least days ahead")}>
          <InputNumber min={0} max={730} precision={0} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item
          name={["booking", "most"]}
          label={say("最多提前几天（留空不须选日期）", "At most (empty: no day is chosen)")}
        >
          <InputNumber min={0} max={730} precision={0} style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Form.Item
        name={["unlock", "when"]}
        label={say("解锁条件（CEL，留空不设）", "Unlocked when (CEL; empty: at once)")}
        extra="member.orders >= 10"
      >
        <Input maxLength={2000} />
      </Form.Item>
      <div className="field-head">{say("会员看到的解锁条件", "The condition as members read it")}</div>
      <div className="pair">
        <NamePair at={["unlock"]} needed={false} />
      </div>
      <div className="field-head">{say("须先分享的内容", "What is to be shared first")}</div>
      <div className="pair">
        <NamePair at={["sharing"]} needed={false} />
      </div>
    </>
  );
}

function Supply() {
  const say = useSay();
  const number = (least: number, most: number) => (
    <InputNumber min={least} max={most} precision={0} style={{ width: "100%" }} />
  );
  return (
    <>
      <div className="pair">
        <Form.Item name="brand" label={say("品牌", "Brand")}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name="weight" label={say("排序权重（越大越前）", "Weight (higher stands in front)")}>
          {number(-1000, 1000)}
        </Form.Item>
        <Form.Item name="same_day_until" label={say("几点前兑换当天发货", "Sent the same day before")}>
          {number(0, 24)}
        </Form.Item>
        <Form.Item name="per_second" label={say("开放时预计每秒兑换", "Redemptions a second when it opens")}>
          {number(0, 1_000_000)}
        </Form.Item>
      </div>
      <Form.Item name="last" valuePropName="checked">
        <Checkbox>{say("不再补货：兑完即从货架消失", "No more will come: once gone, it is not listed")}</Checkbox>
      </Form.Item>
      <div className="field-head">{say("供应商", "Supplier")}</div>
      <div className="pair">
        <NamePair at={["supplier"]} needed={false} />
        <Form.Item name={["supplier", "days"]} label={say("到货后几天内可退", "Days within which it takes back")}>
          {number(0, 3650)}
        </Form.Item>
        <Form.Item name={["supplier", "percent"]} label={say("退回成本比例（%）", "Share of the cost it returns, %")}>
          {number(0, 100)}
        </Form.Item>
      </div>
    </>
  );
}
