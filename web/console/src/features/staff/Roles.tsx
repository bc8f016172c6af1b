import { Card } from "antd";
import { Answer } from "../../shared/Answer.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { useRoles } from "../../shared/WhoCan.tsx";

/** Every role and what it allows, in words. */
export function Roles() {
  const say = useSay();
  const name = useName();
  const roles = useRoles();
  return (
    <Answer
      query={roles}
      empty={{
        when: ({ data }) => data.length === 0,
        text: say("方案没有定义角色。", "The program defines no roles."),
      }}
    >
      {({ data }) => (
        <div className="grid halves">
          {data.map((role) => (
            <Card key={role.id} size="small" title={name(role.name)}>
              <p>{name(role.about)}</p>
              <ul>
                {role.scopes.map((scope) => (
                  <li key={scope.id}>
                    {name(scope.about)} <span className="quiet">{scope.id}</span>
                  </li>
                ))}
              </ul>
            </Card>
          ))}
        </div>
      )}
    </Answer>
  );
}
