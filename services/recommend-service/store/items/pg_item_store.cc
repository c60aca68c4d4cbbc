#include "services/recommend-service/store/items/pg_item_store.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/store/items/item_codec.h"
#include "services/recommend-service/store/items/revisions.h"

namespace clientele::recommend {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

// As ItemValues() has them, but for the times.
#define ITEM_COLUMNS                                                                \
  "item_id, title, description, category, price_micros, currency_code, image_uri, " \
  "available, parent_categories, brand, attributes, additional_image_uris, "        \
  "available_from, available_until, "
// As ToItem() reads them.
#define ITEM_FIELDS                                                                 \
  "item_id, title, description, category, price_micros, currency_code, image_uri, " \
  "available, create_time, update_time, etag, parent_categories::text, brand, "     \
  "attributes::text, additional_image_uris::text, available_from, available_until"

constexpr Statement kInsertItem{
    "recommend.insert_item",
    "INSERT INTO recommend.items (" ITEM_COLUMNS
    "create_time, update_time, etag, revision) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11::jsonb, $12::jsonb, $13, $14, "
    "$15, $15, $16, $17) ON CONFLICT (item_id) DO NOTHING"};
constexpr Statement kInsertItems{
    "recommend.insert_items",
    "INSERT INTO recommend.items (" ITEM_COLUMNS
    "create_time, update_time, etag, revision) "
    "SELECT t.item_id, t.title, t.description, t.category, t.price_micros, t.currency_code, "
    "t.image_uri, t.available, t.parent_categories::jsonb, t.brand, t.attributes::jsonb, "
    "t.additional_image_uris::jsonb, t.available_from, t.available_until, "
    "$15::timestamptz, $15::timestamptz, $16::text, $17::bigint "
    "FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], "
    "$7::text[], $8::boolean[], $9::text[], $10::text[], $11::text[], $12::text[], "
    "$13::timestamptz[], $14::timestamptz[]) AS t (item_id, title, description, category, "
    "price_micros, currency_code, image_uri, available, parent_categories, brand, attributes, "
    "additional_image_uris, available_from, available_until) "
    "ON CONFLICT (item_id) DO NOTHING"};
// Of items that are there again.
constexpr Statement kForgetTombstones{
    "recommend.delete_item_tombstones",
    "DELETE FROM recommend.item_tombstones WHERE item_id = ANY ($1::text[])"};
constexpr Statement kGetItem{"recommend.get_item",
                             "SELECT " ITEM_FIELDS " FROM recommend.items WHERE item_id = $1"};
constexpr Statement kLockItem{"recommend.lock_item",
                              "SELECT " ITEM_FIELDS
                              " FROM recommend.items WHERE item_id = $1 FOR UPDATE"};
constexpr Statement kListItems{
    "recommend.list_items",
    "SELECT " ITEM_FIELDS " FROM recommend.items WHERE item_id > $1 ORDER BY item_id LIMIT $2"};
constexpr Statement kUpdateItem{
    "recommend.update_item",
    "UPDATE recommend.items SET title = $2, description = $3, category = $4, price_micros = $5, "
    "currency_code = $6, image_uri = $7, available = $8, parent_categories = $9::jsonb, "
    "brand = $10, attributes = $11::jsonb, additional_image_uris = $12::jsonb, "
    "available_from = $13, available_until = $14, update_time = $15, etag = $16, revision = $17 "
    "WHERE item_id = $1"};
constexpr Statement kDeleteItem{"recommend.delete_item",
                                "DELETE FROM recommend.items WHERE item_id = $1"};
constexpr Statement kInsertTombstone{
    "recommend.insert_item_tombstone",
    "INSERT INTO recommend.item_tombstones (item_id, revision, delete_time) VALUES ($1, $2, $3) "
    "ON CONFLICT (item_id) DO UPDATE SET revision = excluded.revision, "
    "delete_time = excluded.delete_time"};
constexpr Statement kMissingItems{
    "recommend.find_missing_items",
    "SELECT t.item_id FROM unnest($1::text[]) WITH ORDINALITY AS t (item_id, position) "
    "WHERE NOT EXISTS (SELECT 1 FROM recommend.items i WHERE i.item_id = t.item_id) "
    "ORDER BY t.position"};
constexpr Statement kItemsSince{
    "recommend.list_item_changes",
    "SELECT item_id, title, category, available, false, revision, parent_categories::text, brand, "
    "attributes::text, available_from, available_until FROM recommend.items WHERE revision > $1 "
    "UNION ALL SELECT item_id, '', '', false, true, revision, '[]', '', '{}', null, null "
    "FROM recommend.item_tombstones WHERE revision > $1"};
constexpr Statement kRemovedTombstones{"recommend.get_removed_tombstones",
                                       "SELECT revision FROM recommend.removed_tombstones"};
constexpr Statement kPruneTombstones{
    "recommend.prune_item_tombstones",
    "WITH gone AS ("
    "  DELETE FROM recommend.item_tombstones WHERE delete_time < $1 RETURNING revision"
    ") UPDATE recommend.removed_tombstones r SET revision = greatest(r.revision, g.revision) "
    "FROM (SELECT max(revision) AS revision FROM gone) g WHERE g.revision IS NOT NULL"};
constexpr Statement kCountsSince{
    "recommend.list_item_count_changes",
    "SELECT item_id, purchases, returns, carts, views, revision, recent "
    "FROM recommend.item_counts "
    "WHERE revision > $1"};

#undef ITEM_COLUMNS
#undef ITEM_FIELDS

std::string ResourceName(absl::string_view id) { return absl::StrCat("items/", id); }

absl::StatusOr<Item> ToItem(const Row& row) {
  Item item;
  item.id = row.Text(0);
  item.title = row.Text(1);
  item.description = row.Text(2);
  item.category = row.Text(3);
  item.price_micros = row.Int64(4);
  item.currency_code = row.Text(5);
  item.image_uri = row.Text(6);
  item.available = row.Bool(7);
  item.create_time = row.Time(8);
  item.update_time = row.Time(9);
  item.etag = row.Text(10);
  CLIENTELE_ASSIGN_OR_RETURN(item.parent_categories, DecodeTexts(row.Text(11)));
  item.brand = row.Text(12);
  CLIENTELE_ASSIGN_OR_RETURN(item.attributes, DecodeAttributes(row.Text(13)));
  CLIENTELE_ASSIGN_OR_RETURN(item.additional_image_uris, DecodeTexts(row.Text(14)));
  item.available_from = row.OptionalTime(15).value_or(absl::InfinitePast());
  item.available_until = row.OptionalTime(16).value_or(absl::InfiniteFuture());
  return item;
}

absl::StatusOr<CatalogItem> ToCatalogItem(const Row& row) {
  CatalogItem item{row.Text(0), row.Text(1), row.Text(2), row.Bool(3)};
  CLIENTELE_ASSIGN_OR_RETURN(item.parent_categories, DecodeTexts(row.Text(6)));
  item.brand = row.Text(7);
  CLIENTELE_ASSIGN_OR_RETURN(item.attributes, DecodeAttributes(row.Text(8)));
  item.available_from = row.OptionalTime(9).value_or(absl::InfinitePast());
  item.available_until = row.OptionalTime(10).value_or(absl::InfiniteFuture());
  return item;
}

// A bound that there is not is NULL.
std::optional<absl::Time> UnlessInfinite(absl::Time time) {
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) return std::nullopt;
  return time;
}

// The parameters of ITEM_COLUMNS, before the times.
std::vector<postgres::Value> ItemValues(const Item& item) {
  return {item.id,
          item.title,
          item.description,
          item.category,
          item.price_micros,
          item.currency_code,
          item.image_uri,
          item.available,
          EncodeTexts(item.parent_categories),
          item.brand,
          EncodeAttributes(item.attributes),
          EncodeTexts(item.additional_image_uris),
          UnlessInfinite(item.available_from),
          UnlessInfinite(item.available_until)};
}

// PostgreSQL keeps microseconds; what a mutation returns must equal what a later
// read gives.
absl::Time Microseconds(absl::Time time) { return absl::FromUnixMicros(absl::ToUnixMicros(time)); }

absl::StatusOr<Item> LockCurrent(Transaction& transaction, absl::string_view id,
                                 absl::string_view etag) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kLockItem, {id}));
  if (rows.empty()) return NotFound(ResourceName(id));
  CLIENTELE_ASSIGN_OR_RETURN(Item item, ToItem(rows[0]));
  if (!etag.empty() && etag != item.etag) return EtagMismatch(ResourceName(id));
  return item;
}

}  // namespace

absl::StatusOr<Item> PgItemStore::Create(const RequestContext& context, const MutationId& mutation,
                                         const Item& item, bool validate_only) {
  Item created;
  const auto insert = [&](Transaction& t) -> absl::StatusOr<std::string> {
    created = item;
    created.create_time = created.update_time = Microseconds(clock_->Now());
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t revision, NextItemRevision(t));
    created.etag = absl::StrCat(revision);
    std::vector<postgres::Value> values = ItemValues(created);
    values.insert(values.end(), {created.create_time, created.etag, revision});
    CLIENTELE_ASSIGN_OR_RETURN(const Result result, t.Execute(kInsertItem, values));
    if (result.affected_rows() == 0) return AlreadyExists(ResourceName(item.id));
    CLIENTELE_RETURN_IF_ERROR(
        t.Execute(kForgetTombstones, {std::vector<std::string>{created.id}}).status());
    return EncodeItem(created);
  };
  const auto body = [&](Transaction& t) -> absl::Status {
    if (validate_only) {
      CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kGetItem, {item.id}));
      if (!rows.empty()) return AlreadyExists(ResourceName(item.id));
      created = item;
      return absl::OkStatus();
    }
    CLIENTELE_ASSIGN_OR_RETURN(const std::string stored,
                               ledger_->Once(t, mutation, "", [&] { return insert(t); }));
    CLIENTELE_ASSIGN_OR_RETURN(created, DecodeItem(stored));
    return absl::OkStatus();
  };
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, body));
  return created;
}

absl::StatusOr<BatchCreated> PgItemStore::BatchCreate(const RequestContext& context,
                                                      const MutationId& mutation,
                                                      const std::vector<Item>& items) {
  std::vector<std::string> ids, titles, descriptions, categories, currencies, images;
  std::vector<std::string> parents, brands, attributes, more_images;
  std::vector<std::int64_t> prices;
  std::vector<bool> available;
  std::vector<std::optional<absl::Time>> from, until;
  std::set<std::string> seen;
  for (const Item& item : items) {
    if (!seen.insert(item.id).second) continue;  // the first of a batch wins
    ids.push_back(item.id);
    titles.push_back(item.title);
    descriptions.push_back(item.description);
    categories.push_back(item.category);
    prices.push_back(item.price_micros);
    currencies.push_back(item.currency_code);
    images.push_back(item.image_uri);
    available.push_back(item.available);
    parents.push_back(EncodeTexts(item.parent_categories));
    brands.push_back(item.brand);
    attributes.push_back(EncodeAttributes(item.attributes));
    more_images.push_back(EncodeTexts(item.additional_image_uris));
    from.push_back(UnlessInfinite(item.available_from));
    until.push_back(UnlessInfinite(item.available_until));
  }
  BatchCreated created;
  const auto insert = [&](Transaction& t) -> absl::StatusOr<std::string> {
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t revision, NextItemRevision(t));
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result result,
        t.Execute(kInsertItems, {ids, titles, descriptions, categories, prices, currencies, images,
                                 available, parents, brands, attributes, more_images, from, until,
                                 clock_->Now(), absl::StrCat(revision), revision}));
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kForgetTombstones, {ids}).status());
    const std::int64_t made = result.affected_rows();
    return EncodeBatchCreated({made, static_cast<std::int64_t>(items.size()) - made});
  };
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const std::string stored,
                               ledger_->Once(t, mutation, "", [&] { return insert(t); }));
    CLIENTELE_ASSIGN_OR_RETURN(created, DecodeBatchCreated(stored));
    return absl::OkStatus();
  }));
  return created;
}

absl::StatusOr<Item> PgItemStore::Get(const RequestContext& context, absl::string_view id) {
  Item item;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context,
                                            [&](Transaction& t) -> absl::Status {
                                              CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                                                         t.Execute(kGetItem, {id}));
                                              if (rows.empty()) return NotFound(ResourceName(id));
                                              CLIENTELE_ASSIGN_OR_RETURN(item, ToItem(rows[0]));
                                              return absl::OkStatus();
                                            },
                                            {.read_only = true}));
  return item;
}

absl::StatusOr<ItemPage> PgItemStore::List(const RequestContext& context,
                                           absl::string_view after_id, int limit) {
  ItemPage page;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        page = {};
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kListItems, {after_id, limit + 1}));
        for (const Row row : rows) {
          CLIENTELE_ASSIGN_OR_RETURN(Item item, ToItem(row));
          page.items.push_back(std::move(item));
        }
        return absl::OkStatus();
      },
      {.read_only = true}));
  if (page.items.size() > static_cast<std::size_t>(limit)) {
    page.items.pop_back();
    page.next_id = page.items.back().id;
  }
  return page;
}

absl::StatusOr<Item> PgItemStore::Update(const RequestContext& context, const MutationId& mutation,
                                         const ItemUpdate& update, bool validate_only) {
  Item updated;
  const auto check = [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Item current,
                               LockCurrent(t, update.item.id, update.item.etag));
    updated = Updated(current, update);
    FieldViolations violations;
    CheckItem(updated, "item.", "item.name", violations);
    return violations.ToStatus();
  };
  const auto change = [&](Transaction& t) -> absl::StatusOr<std::string> {
    // The writers' lock before the row's, in the same order as everywhere.
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t revision, NextItemRevision(t));
    CLIENTELE_RETURN_IF_ERROR(check(t));
    updated.update_time = Microseconds(clock_->Now());
    updated.etag = absl::StrCat(revision);
    std::vector<postgres::Value> values = ItemValues(updated);
    values.insert(values.end(), {updated.update_time, updated.etag, revision});
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kUpdateItem, values).status());
    return EncodeItem(updated);
  };
  const auto body = [&](Transaction& t) -> absl::Status {
    if (validate_only) return check(t);
    CLIENTELE_ASSIGN_OR_RETURN(const std::string stored,
                               ledger_->Once(t, mutation, "", [&] { return change(t); }));
    CLIENTELE_ASSIGN_OR_RETURN(updated, DecodeItem(stored));
    return absl::OkStatus();
  };
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, body));
  return updated;
}

absl::Status PgItemStore::Delete(const RequestContext& context, const MutationId& mutation,
                                 absl::string_view id, absl::string_view etag) {
  const auto erase = [&](Transaction& t) -> absl::StatusOr<std::string> {
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t revision, NextItemRevision(t));
    CLIENTELE_RETURN_IF_ERROR(LockCurrent(t, id, etag).status());
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kDeleteItem, {id}).status());
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kInsertTombstone, {id, revision, clock_->Now()}).status());
    return "";
  };
  return pool_->Transact(context, [&](Transaction& t) {
    return ledger_->Once(t, mutation, "", [&] { return erase(t); }).status();
  });
}

absl::StatusOr<std::vector<std::string>> PgItemStore::Missing(const RequestContext& context,
                                                              const std::vector<std::string>& ids) {
  std::vector<std::string> missing;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        missing.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kMissingItems, {ids}));
        for (const Row row : rows) missing.push_back(row.Text(0));
        return absl::OkStatus();
      },
      {.read_only = true}));
  return missing;
}

absl::StatusOr<CatalogChanges> PgItemStore::ItemsSince(const RequestContext& context,
                                                       std::int64_t revision) {
  CatalogChanges changes;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        changes = {};
        CLIENTELE_ASSIGN_OR_RETURN(const Result removed, t.Execute(kRemovedTombstones));
        changes.complete = revision < removed[0].Int64(0);
        const std::int64_t from = changes.complete ? 0 : revision;
        changes.revision = revision;
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kItemsSince, {from}));
        for (const Row row : rows) {
          changes.revision = std::max(changes.revision, row.Int64(5));
          if (row.Bool(4)) {
            changes.deleted.push_back(row.Text(0));
          } else {
            CLIENTELE_ASSIGN_OR_RETURN(CatalogItem item, ToCatalogItem(row));
            changes.changed.push_back(std::move(item));
          }
        }
        return absl::OkStatus();
      },
      {.isolation = postgres::TransactionOptions::Isolation::kRepeatableRead, .read_only = true}));
  return changes;
}

absl::Status PgItemStore::PruneTombstones(const RequestContext& context, absl::Time before) {
  return pool_->Transact(
      context, [&](Transaction& t) { return t.Execute(kPruneTombstones, {before}).status(); });
}

absl::StatusOr<PopularityChanges> PgItemStore::PopularitySince(const RequestContext& context,
                                                               std::int64_t revision) {
  PopularityChanges changes;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        changes = {};
        changes.revision = revision;
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kCountsSince, {revision}));
        for (const Row row : rows) {
          changes.revision = std::max(changes.revision, row.Int64(5));
          changes.changed.push_back({row.Text(0),
                                     PopularityWeight(static_cast<double>(row.Int64(1)),
                                                      static_cast<double>(row.Int64(2)),
                                                      static_cast<double>(row.Int64(3)),
                                                      static_cast<double>(row.Int64(4))),
                                     row.Double(6)});
        }
        return absl::OkStatus();
      },
      {.read_only = true}));
  return changes;
}

}  // namespace clientele::recommend
