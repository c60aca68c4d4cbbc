#ifndef CLIENTELE_TESTS_CONTRACT_RECOMMEND_MEMORY_STORES_H_
#define CLIENTELE_TESTS_CONTRACT_RECOMMEND_MEMORY_STORES_H_

// The ports of recommend-service in memory. For one thread at a time.

#include <algorithm>
#include <any>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/items/item_store.h"

namespace clientele::recommend::testing {

// Gives a mutation that is sent again its first result.
class MemoryLedger {
 public:
  template <class Mutate>
  auto Once(const MutationId& mutation, Mutate mutate) -> decltype(mutate()) {
    using Result = decltype(mutate());
    if (!mutation.idempotent()) return mutate();
    const auto [done, is_new] = results_.try_emplace(
        {mutation.caller, mutation.method, mutation.request_id}, mutation.body_hash, std::any());
    auto& [body_hash, result] = done->second;
    if (!is_new && body_hash != mutation.body_hash) {
      return WithReason(absl::InvalidArgumentError("request_id was used with another request"),
                        reason::kRequestIdReused);
    }
    if (is_new) result = mutate();
    Result answer = std::any_cast<Result>(result);
    if (!answer.ok()) results_.erase(done);
    return answer;
  }

 private:
  std::map<std::tuple<std::string, std::string, std::string>, std::pair<std::string, std::any>>
      results_;
};

class MemoryItems final : public ItemStore, public CatalogStore {
 public:
  explicit MemoryItems(const Clock* clock) : clock_(clock) {}  // borrowed

  absl::StatusOr<Item> Create(const RequestContext&, const MutationId& mutation, const Item& item,
                              bool validate_only) override {
    const auto create = [&]() -> absl::StatusOr<Item> {
      if (items_.contains(item.id)) return AlreadyExists(NameOf(item.id));
      return validate_only ? item : Made(item);
    };
    return validate_only ? create() : ledger_.Once(mutation, create);
  }
  absl::StatusOr<BatchCreated> BatchCreate(const RequestContext&, const MutationId& mutation,
                                           const std::vector<Item>& items) override {
    return ledger_.Once(mutation, [&]() -> absl::StatusOr<BatchCreated> {
      BatchCreated result;
      for (const Item& item : items) {
        ++(items_.contains(item.id) ? result.existing : result.created);
        if (!items_.contains(item.id)) Made(item);
      }
      return result;
    });
  }
  absl::StatusOr<Item> Get(const RequestContext&, absl::string_view id) override {
    const auto found = items_.find(std::string(id));
    if (found == items_.end()) return NotFound(NameOf(id));
    return found->second;
  }
  absl::StatusOr<ItemPage> List(const RequestContext&, absl::string_view after_id,
                                int limit) override {
    ItemPage page;
    for (auto it = items_.upper_bound(std::string(after_id)); it != items_.end(); ++it) {
      if (page.items.size() == static_cast<std::size_t>(limit)) {
        page.next_id = page.items.back().id;
        break;
      }
      page.items.push_back(it->second);
    }
    return page;
  }
  absl::StatusOr<Item> Update(const RequestContext&, const MutationId& mutation,
                              const ItemUpdate& update, bool validate_only) override {
    const auto change = [&]() -> absl::StatusOr<Item> {
      absl::StatusOr<Item> current = Current(update.item.id, update.item.etag);
      if (!current.ok()) return current;
      Item next = Updated(*current, update);
      FieldViolations violations;
      CheckItem(next, "item.", "item.name", violations);
      if (!violations.empty()) return violations.ToStatus();
      return validate_only ? next : Put(next);
    };
    return validate_only ? change() : ledger_.Once(mutation, change);
  }
  absl::Status Delete(const RequestContext&, const MutationId& mutation, absl::string_view id,
                      absl::string_view etag) override {
    return ledger_.Once(mutation, [&] {
      const absl::StatusOr<Item> current = Current(id, etag);
      if (current.ok()) {
        items_.erase(current->id);
        revisions_[current->id] = ++revision_;
      }
      return current.status();
    });
  }
  absl::StatusOr<std::vector<std::string>> Missing(const RequestContext&,
                                                   const std::vector<std::string>& ids) override {
    std::vector<std::string> missing;
    for (const std::string& id : ids) {
      if (!items_.contains(id)) missing.push_back(id);
    }
    return missing;
  }

  absl::StatusOr<CatalogChanges> ItemsSince(const RequestContext&, std::int64_t since) override {
    CatalogChanges changes{.changed = {}, .deleted = {}, .revision = since};
    for (const auto& [id, revision] : revisions_) {
      if (revision <= since) continue;
      changes.revision = std::max(changes.revision, revision);
      const auto found = items_.find(id);
      if (found == items_.end()) {
        changes.deleted.push_back(id);
      } else {
        changes.changed.push_back(ToCatalogItem(found->second));
      }
    }
    return changes;
  }
  absl::StatusOr<PopularityChanges> PopularitySince(const RequestContext&,
                                                    std::int64_t revision) override {
    return PopularityChanges{.changed = {}, .revision = revision};
  }

 private:
  static std::string NameOf(absl::string_view id) { return absl::StrCat("items/", id); }

  absl::StatusOr<Item> Current(absl::string_view id, absl::string_view etag) {
    absl::StatusOr<Item> item = Get({}, id);
    if (item.ok() && !etag.empty() && etag != item->etag) return EtagMismatch(NameOf(id));
    return item;
  }
  Item Made(Item item) {
    item.create_time = clock_->Now();
    return Put(std::move(item));
  }
  Item Put(Item item) {
    item.update_time = clock_->Now();
    revisions_[item.id] = ++revision_;
    item.etag = absl::StrCat(revision_);
    items_[item.id] = item;
    return item;
  }

  const Clock* const clock_;
  MemoryLedger ledger_;
  std::map<std::string, Item> items_;
  std::map<std::string, std::int64_t> revisions_;  // of deleted items too
  std::int64_t revision_ = 0;
};

}  // namespace clientele::recommend::testing

#endif  // CLIENTELE_TESTS_CONTRACT_RECOMMEND_MEMORY_STORES_H_
