-- Visits, funnel and channels by hand, for kpis_events.py. EVENTS stands for the files, OUT for the folder of the answers.
create temp table e as
  select *, sum(cut) over (partition by visitor_id order by n) as session from (
    select *, row_number() over w as n,
      case when ts - lag(ts) over w <= interval 30 minutes then 0 else 1 end as cut
    from EVENTS window w as (partition by visitor_id order by ts, event_id));
create temp table placed as
  select visitor_id, session, n, transaction_id from (
    select *, row_number() over (partition by transaction_id order by ts, event_id) as times
    from e where event = 'purchase' and transaction_id <> '') where times = 1;
create temp table orders as
  select visitor_id, session, arg_min(transaction_id, n) as order_id, count(*) as n_orders from placed group by all;
create temp table s1 as
  select visitor_id, session, min(ts) as t from e where event = 'view_item' group by all;
create temp table s2 as
  select e.visitor_id, e.session, min(e.ts) as t from e join s1 using (visitor_id, session)
  where event = 'add_to_cart' and ts >= t group by all;
create temp table s3 as
  select e.visitor_id, e.session, min(e.ts) as t from e join s2 using (visitor_id, session)
  where event = 'begin_checkout' and ts >= t group by all;
create temp table s4 as
  select e.visitor_id, e.session, min(e.ts) as t from e join s3 using (visitor_id, session)
  where event = 'purchase' and ts >= t group by all;
create temp table raw as
  select visitor_id, session, min(ts) as started_at, max(ts) as ended_at, count(*) as n_events,
    count(*) filter (event = 'page_view') as n_pages, bool_or(event = 'purchase') as keyed,
    arg_min(page, n) as landing, arg_max(page, n) as exit, arg_min(device, n) as device,
    min(n) filter (touch) as touched, arg_min(source, n) filter (touch) as source,
    arg_min(coalesce(medium, ''), n) filter (touch) as medium,
    arg_min(coalesce(campaign, ''), n) filter (touch) as campaign
  from (select *, source not in ('(direct)', 'checkout.wompi.co')
    and not (source = '(not set)' and coalesce(medium, '') in ('', '(none)', '(not set)')) as touch from e)
  group by visitor_id, session;
create temp table told as
  select * replace (case when touched is null then '(direct)' else source end as source,
    case when touched is null then '(none)' else nullif(medium, '') end as medium,
    nullif(campaign, '') as campaign) from raw;
create temp table triples as
  select *, case
    when coalesce(s, '') in ('', '(direct)') and coalesce(m, '') in ('', '(none)', '(not set)') then 'Direct'
    when contains(c, 'cross-network') then 'Cross-network'
    when paid and shop then 'Paid Shopping'
    when paid and category = 'search' then 'Paid Search'
    when paid and category = 'social' then 'Paid Social'
    when paid and category = 'video' then 'Paid Video'
    when m in ('display', 'banner', 'expandable', 'interstitial', 'cpm') then 'Display'
    when paid then 'Paid Other'
    when shop then 'Organic Shopping'
    when category = 'social' or m in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media')
      then 'Organic Social'
    when category = 'video' or contains(m, 'video') then 'Organic Video'
    when category = 'search' or m = 'organic' then 'Organic Search'
    when m in ('referral', 'app', 'link') then 'Referral'
    when s in ('email', 'e-mail', 'e_mail', 'e mail') or m in ('email', 'e-mail', 'e_mail', 'e mail') then 'Email'
    when m = 'affiliate' then 'Affiliates'
    when m = 'audio' then 'Audio'
    when s = 'sms' or m = 'sms' then 'SMS'
    when m like '%push' or regexp_matches(m, 'mobile|notification') or s = 'firebase' then 'Mobile Push Notifications'
    else 'Unassigned' end as channel_ga4
  from (select source, medium, campaign, s, m, c, category, regexp_matches(m, '^(.*cp.*|ppc|retargeting|paid.*)$') as paid,
      coalesce(category = 'shopping', false) or coalesce(regexp_matches(c, '^(.*(([^a-df-z]|^)shop|shopping).*)$'), false) as shop
    from (select source, medium, campaign, lower(source) as s, lower(medium) as m, lower(campaign) as c
      from told group by all) left join sites on site = s);
create temp table visits as
  select visitor_id || '.' || epoch_us(started_at) as session_id, visitor_id, started_at, ended_at,
    n_events, n_pages, ended_at - started_at >= interval 10 seconds or n_pages > 1 or keyed as engaged,
    landing, exit, told.source, told.medium, told.campaign, device, order_id, coalesce(n_orders, 0) as n_orders,
    channel_ga4, (s1.t is not null)::int + (s2.t is not null)::int + (s3.t is not null)::int + (s4.t is not null)::int as depth
  from told left join orders using (visitor_id, session) left join s1 using (visitor_id, session)
    left join s2 using (visitor_id, session) left join s3 using (visitor_id, session) left join s4 using (visitor_id, session)
    join triples on told.source is not distinct from triples.source and told.medium is not distinct from triples.medium
      and told.campaign is not distinct from triples.campaign;
copy visits to 'OUT/visits00.parquet';
copy (select channel_ga4, step, count(*) filter (depth >= no) as visits from visits,
    (values (1, 'view_item'), (2, 'add_to_cart'), (3, 'begin_checkout'), (4, 'purchase')) steps(no, step) group by all)
  to 'OUT/funnel.parquet';
copy (select channel_ga4, started_at::date as day, count(*) as visits, count(*) filter (engaged) as engaged,
    count(*) filter (n_orders > 0) as converted from visits group by all) to 'OUT/channels.parquet'
