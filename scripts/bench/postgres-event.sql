\set member random(1, :members)
\set event random(1, 9000000000000000000)
\set points random(1, 500)
begin;
insert into seen values ('/bench', :event::text) on conflict do nothing;
select available, seq from member where id = :member for update;
update member set available = available + :points, seq = seq + 1 where id = :member;
insert into entry select id, seq, now(), 'points', :points, available, 'order.paid' from member where id = :member;
commit;
