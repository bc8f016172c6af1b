import { Button, Drawer, Form, Space } from "antd";
import { useActionKey } from "../../shared/key.ts";
import { useSay } from "../../shared/language.tsx";
import { minorDigits } from "../../shared/money.ts";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { changeReward, createReward, type Reward, type RewardDetail } from "./api.ts";
import { blank, filled, written, type Fields, type Place } from "./fields.ts";
import { RewardForm } from "./RewardForm.tsx";

interface Props {
  open: boolean;
  /** The one that is changed; none where one is made. */
  reward: RewardDetail | null;
  close: () => void;
  saved: (reward: Reward) => void;
}

/** Makes a reward, or changes one. */
export function RewardDrawer({ open, reward, close, saved }: Props) {
  const say = useSay();
  const [form] = Form.useForm<Fields>();
  const [key, nextKey] = useActionKey();
  const { session } = useSession();
  const { zone, currency } = session.program;
  const place: Place = { zone, currency, digits: minorDigits(currency) };
  const { run, busy, problem, reset } = useChange<Fields, Reward>({
    act: async (fields) => {
      const body = written(fields, reward, place);
      const value = reward ? await changeReward(reward.id, body, key) : await createReward(body, key);
      return { done: true, value };
    },
    stale: [["rewards"]],
    done: reward ? say("已保存", "Saved") : say("已新增", "Added"),
    settled: nextKey,
    then: (value) => {
      close();
      saved(value);
    },
  });
  const leave = () => {
    reset();
    nextKey();
    close();
  };
  return (
    <Drawer
      open={open}
      onClose={leave}
      size={640}
      destroyOnHidden
      title={reward ? say(`修改 ${reward.id}`, `Change ${reward.id}`) : say("新增商品", "Add a reward")}
      footer={
        <Space>
          <Button type="primary" loading={busy} onClick={() => form.submit()}>
            {say("保存", "Save")}
          </Button>
          <Button onClick={leave}>{say("取消", "Cancel")}</Button>
        </Space>
      }
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        scrollToFirstError={{ focus: true }}
        initialValues={reward ? filled(reward, place) : blank()}
        // What is typed after a refusal is another request.
        onValuesChange={nextKey}
        onFinish={run}
      >
        <RewardForm isNew={reward === null} />
      </Form>
      {problem && <ProblemView problem={problem} />}
    </Drawer>
  );
}
