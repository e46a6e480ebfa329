create table errand_queue (
  name text primary key,
  overflow text);

create table errand_exchange (
  name text primary key,
  type text not null);

create table errand_binding (
  exchange text not null references errand_exchange on delete cascade,
  queue text not null references errand_queue on delete cascade,
  match bytea not null);
create index on errand_binding (exchange);

-- In a queue: waiting, or in the hands of a session, which holds an advisory lock on its number for as long as it lives.
create table errand_message (
  number bigint generated always as identity primary key,
  queue text not null references errand_queue on delete cascade,
  properties bytea not null,
  body bytea not null,
  reason text,
  redeliveries int not null default 0,
  owner int);
create index on errand_message (queue, number) where owner is null;
create index on errand_message (owner) where owner is not null;
create sequence errand_session as int;

-- Not yet due, in milliseconds since 1970 on the brokers' clock; for a queue, or for an exchange with a key.
create table errand_delayed (
  number bigint generated always as identity primary key,
  due bigint not null,
  exchange text,
  target text not null,
  properties bytea not null,
  body bytea not null);
create index on errand_delayed (due);
