#include "services/recommend-service/core/ranking/customer_histories.h"

#include <utility>

#include "common/status/status_macros.h"

namespace clientele::recommend {

absl::StatusOr<KnownCustomer> CustomerHistories::Read(
    const RequestContext& context, absl::string_view customer_id,
    const std::shared_ptr<const ModelView>& model) {
  const absl::Time now = clock_->Now();
  Kept kept = Find(customer_id, model.get(), now);
  CLIENTELE_ASSIGN_OR_RETURN(
      CustomerHistory read,
      store_->History(context, customer_id,
                      model == nullptr ? ModelIdentity() : model->model->identity(),
                      kept.revision));
  KnownCustomer known;
  if (!options_.consent.Allows(consent::Purpose::kRecommendation, read.consents)) {
    Drop(customer_id);
    known.history = std::make_shared<const ResolvedHistory>(model.get(), std::vector<ItemHistory>(),
                                                            options_.dismissals, now);
    known.is_withheld = true;
    return known;
  }
  known.trained = std::move(read.trained);
  if (kept.history != nullptr && read.revision == kept.revision) {
    known.history = kept.history;
  } else {
    known.history =
        std::make_shared<const ResolvedHistory>(model.get(), read.items, options_.dismissals, now);
    if (read.revision == 0 || read.items.size() < options_.min_items) {
      Drop(customer_id);
      return known;
    }
    kept = {read.revision, model, known.history, absl::InfinitePast()};
  }
  kept.last_read = now;
  Keep(customer_id, std::move(kept));
  return known;
}

CustomerHistories::Kept CustomerHistories::Find(absl::string_view customer_id,
                                                const ModelView* model, absl::Time now) const {
  std::lock_guard lock(mutex_);
  const auto found = kept_.find(customer_id);
  // In another model's terms, or with a dismissal that has ended: it is read again.
  if (found == kept_.end() || found->second.model.get() != model ||
      found->second.history->valid_until <= now) {
    return {};
  }
  return found->second;
}

void CustomerHistories::Keep(absl::string_view customer_id, Kept kept) {
  std::lock_guard lock(mutex_);
  Kept& place = kept_[customer_id];
  if (place.history != nullptr) kept_items_ -= place.history->items.size();
  kept_items_ += kept.history->items.size();
  place = std::move(kept);
  // Any other makes room: which one matters little beside the pass over the items.
  for (auto one = kept_.begin(); one != kept_.end() && kept_items_ > options_.max_items;) {
    const auto current = one++;
    if (current->first == customer_id) continue;
    kept_items_ -= current->second.history->items.size();
    kept_.erase(current);
  }
}

void CustomerHistories::Drop(absl::string_view customer_id) {
  std::lock_guard lock(mutex_);
  const auto found = kept_.find(customer_id);
  if (found == kept_.end()) return;
  kept_items_ -= found->second.history->items.size();
  kept_.erase(found);
}

void CustomerHistories::DropIdle() {
  const absl::Time now = clock_->Now();
  std::lock_guard lock(mutex_);
  for (auto one = kept_.begin(); one != kept_.end();) {
    const auto current = one++;
    if (now - current->second.last_read < options_.idle) continue;
    kept_items_ -= current->second.history->items.size();
    kept_.erase(current);
  }
}

std::size_t CustomerHistories::kept() const {
  std::lock_guard lock(mutex_);
  return kept_.size();
}

}  // namespace clientele::recommend
