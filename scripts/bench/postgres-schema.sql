create table member (id bigint primary key, available bigint not null, seq bigint not null);
create table seen (source text, id text, primary key (source, id));
create table entry (
    member bigint not null, seq bigint not null, at timestamptz not null,
    unit text not null, points bigint not null, balance bigint not null, cause text not null,
    primary key (member, seq)
);
insert into member select n, 0, 0 from generate_series(1, :members) n;
vacuum analyze;
