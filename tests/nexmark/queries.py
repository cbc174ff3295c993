"""Nexmark's queries as PostgreSQL answers them, of all rows at once. Where topologies/nexmark/ says that it means something else than
Flink's SQL, so does this; where a topology remembers rows for a while only, this does for ever, as Flink's."""

CHANGING = {"q3", "q4", "q17", "q18", "q19"}  # tables whose rows change: what counts is what they come to

IN_TIME = "auctions a JOIN bids b ON a.id = b.auction AND b.date_time BETWEEN a.date_time AND a.expires"

QUERIES = {
    "q0": "SELECT auction, bidder, price, date_time, extra FROM bids",
    "q1": "SELECT auction, bidder, 0.908 * price AS price, date_time, extra FROM bids",
    "q2": "SELECT auction, price FROM bids WHERE mod(auction, 123) = 0",
    "q3": """SELECT p.name, p.city, p.state, a.id FROM auctions a JOIN persons p ON a.seller = p.id
             WHERE a.category = 10 AND p.state IN ('OR', 'ID', 'CA')""",
    "q4": f"""SELECT category, avg(final) AS average_price FROM
              (SELECT max(b.price) AS final, a.category FROM {IN_TIME} GROUP BY a.id, a.category) w GROUP BY category""",
    "q5": """WITH counts AS (SELECT auction, count(*) AS bids, start AS window_start, start + interval '10s' AS window_end FROM bids,
               LATERAL (SELECT date_bin('2s', date_time, '1970-01-01') AS latest) l,
               generate_series(latest - interval '8s', latest, '2s') start GROUP BY auction, start)
             SELECT * FROM counts c WHERE bids >= (SELECT max(bids) FROM counts m WHERE m.window_end = c.window_end)""",
    "q6": f"""SELECT seller, id AS auction, expires AS closed_at,
                avg(price) OVER (PARTITION BY seller ORDER BY expires ROWS BETWEEN 9 PRECEDING AND CURRENT ROW) AS average_price
              FROM (SELECT a.id, a.seller, a.expires, max(b.price) AS price FROM {IN_TIME} GROUP BY a.id, a.seller, a.expires) w""",
    "q7": """SELECT auction, bidder, b.price, date_time, extra FROM bids b JOIN
               (SELECT max(price) AS price, date_bin('10s', date_time, '1970-01-01') AS start FROM bids GROUP BY start) m
             ON b.price = m.price AND b.date_time >= m.start AND b.date_time < m.start + interval '10s'""",
    "q8": """SELECT p.id, p.name, p.start AS window_start FROM
               (SELECT DISTINCT id, name, date_bin('10s', date_time, '1970-01-01') AS start FROM persons) p JOIN
               (SELECT DISTINCT seller, date_bin('10s', date_time, '1970-01-01') AS start FROM auctions) a
             ON p.id = a.seller AND p.start = a.start""",
    "q11": """SELECT bidder, min(date_time) AS window_start, max(date_time) + interval '10s' AS window_end, count(*) AS bids FROM
                (SELECT *, count(*) FILTER (WHERE first) OVER (PARTITION BY bidder ORDER BY date_time) AS session FROM
                  (SELECT *, date_time >= lag(date_time) OVER (PARTITION BY bidder ORDER BY date_time) + interval '10s' AS first
                   FROM bids) f) s GROUP BY bidder, session""",
    "q12": """SELECT bidder, start AS window_start, start + interval '10s' AS window_end, count(*) AS bids
              FROM bids, LATERAL date_bin('10s', came, '1970-01-01') start GROUP BY bidder, start""",
    "q17": """SELECT auction, day AS window_start, day + interval '1 day' AS window_end, count(*) AS bids,
                count(*) FILTER (WHERE price < 100) AS small_bids,
                count(*) FILTER (WHERE price >= 100 AND price < 10000) AS medium_bids,
                count(*) FILTER (WHERE price >= 10000) AS large_bids,
                min(price) AS min_price, max(price) AS max_price, avg(price) AS average_price, sum(price) AS total
              FROM bids, LATERAL date_trunc('day', date_time) day GROUP BY auction, day""",
    "q18": """SELECT auction, bidder, price, channel, url, date_time, extra FROM
                (SELECT *, row_number() OVER (PARTITION BY bidder, auction ORDER BY date_time DESC, place) AS n FROM bids) r
              WHERE n <= 1""",
    "q19": """SELECT auction, bidder, price, channel, url, date_time, extra, n AS place FROM
                (SELECT *, row_number() OVER (PARTITION BY auction ORDER BY price DESC, place) AS n FROM bids) r WHERE n <= 10""",
    "q20": """SELECT auction, bidder, price, channel, url, b.date_time AS bid_date_time, b.extra AS bid_extra, item_name, description,
                initial_bid, reserve, a.date_time AS auction_date_time, expires, seller, category, a.extra AS auction_extra
              FROM bids b JOIN auctions a ON b.auction = a.id WHERE category = 10""",
}
