#ifndef CLIENTELE_TESTS_CONTRACT_RECOMMEND_MEMORY_INTERACTIONS_H_
#define CLIENTELE_TESTS_CONTRACT_RECOMMEND_MEMORY_INTERACTIONS_H_

// Interactions, the change feed's effect on them, and what a training reads and writes, in memory:
// sums are computed from the events at every read. For one thread at a time.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/changefeed/change_sink.h"
#include "services/recommend-service/core/audiences/audience_store.h"
#include "services/recommend-service/core/interactions/interaction_store.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/items/item_store.h"
#include "services/recommend-service/core/items/recent_popularity.h"
#include "services/recommend-service/core/training/ranking_past.h"
#include "services/recommend-service/core/training/training.h"
#include "tests/contract/recommend/interaction_history_contract.h"

namespace clientele::recommend::testing {

class MemoryInteractions final : public InteractionStore,
                                 public changefeed::ChangeSink,
                                 public TrainingStore,
                                 public PastInteractionStore,
                                 public AudienceStore {
 public:
  // `items` is the catalog that trainings are of, borrowed; null: there is none.
  explicit MemoryInteractions(ItemStore* items = nullptr) : items_(items) {}

  absl::StatusOr<AnonymousCreated> BatchCreateAnonymous(
      const RequestContext&, const std::vector<AnonymousInteraction>& interactions) override {
    AnonymousCreated result;
    for (const AnonymousInteraction& one : interactions) {
      const bool is_new =
          anonymous_.try_emplace(std::pair(one.item_id, one.interaction_id), *one.type).second;
      ++(is_new ? result.created : result.duplicates);
    }
    return result;
  }
  absl::StatusOr<ItemStatistics> Statistics(const RequestContext&,
                                            absl::string_view item_id) override {
    ItemStatistics sum;
    const auto add = [&](InteractionType type) {
      sum.purchases += type == InteractionType::kPurchase;
      sum.returns += type == InteractionType::kReturn;
      sum.views += type == InteractionType::kView;
    };
    for (const auto& [key, type] : anonymous_) {
      if (key.first == item_id) add(type);
    }
    std::set<std::string> buyers;
    for (const auto& [customer, events] : events_) {
      bool bought = false;
      for (const auto& [id, event] : events) {
        if (event.item_id != item_id) continue;
        add(*InteractionTypeOf(event));
        bought |= event.type == changefeed::EventKind::kPurchase;
      }
      if (bought) buyers.insert(PersonOf(customer));
    }
    sum.customers = static_cast<std::int64_t>(buyers.size());
    return sum;
  }
  absl::StatusOr<CustomerHistory> History(const RequestContext&, absl::string_view customer_id,
                                          const ModelIdentity& model,
                                          std::int64_t known_revision = 0) override {
    CustomerHistory history;
    const std::string person = PersonOf(std::string(customer_id));
    const auto revision = revisions_.find(person);
    if (revision != revisions_.end()) history.revision = revision->second;
    history.consents = ConsentsOf(person);
    if (history.revision != known_revision) history.items = Sums(person);
    const auto found = factors_.find({model.id, person});
    if (found != factors_.end() && found->second.training_id == model.training_id &&
        found->second.revision == history.revision) {
      history.trained = found->second.factors;
    }
    return history;
  }

  absl::StatusOr<std::int64_t> ReadCustomers(
      const RequestContext&, const AudienceRead& read,
      absl::FunctionRef<absl::Status(std::vector<AudienceCandidate>)> take) override {
    std::int64_t newest = 0;
    for (const auto& [customer, revision] : revisions_) {
      newest = std::max(newest, revision);
      if (read.newest_revision.has_value() && revision > *read.newest_revision) continue;
      if (IsExcluded(customer, read)) continue;
      AudienceCandidate candidate{.customer_id = customer, .trained = {}, .items = {}};
      const auto found = factors_.find({read.model.id, customer});
      if (found != factors_.end() && found->second.training_id == read.model.training_id &&
          found->second.revision == revision) {
        candidate.trained = found->second.factors;
      } else {
        candidate.items = Sums(customer);
      }
      std::vector<AudienceCandidate> one;
      one.push_back(std::move(candidate));
      const absl::Status taken = take(std::move(one));
      if (!taken.ok()) return taken;
    }
    return newest;
  }
  absl::StatusOr<std::vector<std::vector<ItemHistory>>> Histories(
      const RequestContext&, const std::vector<std::string>& customer_ids) override {
    std::vector<std::vector<ItemHistory>> histories;
    for (const std::string& customer : customer_ids) histories.push_back(Sums(customer));
    return histories;
  }

  absl::StatusOr<std::string> LoadCursor() override { return cursor_; }
  absl::Status Apply(absl::string_view expected, const changefeed::ChangeBatch& batch) override {
    if (expected != cursor_) return absl::AbortedError("another replica moved the change cursor");
    cursor_ = batch.cursor;
    for (const changefeed::Change& change : batch.changes) {
      if (change.kind == changefeed::Change::Kind::kCustomerDeleted) {
        SetSurvivor(change.customer_id, "");
        for (const auto& [customer, survivor] : std::map(survivors_)) {
          if (survivor == change.customer_id) SetSurvivor(customer, "");
        }
        events_.erase(change.customer_id);
        consents_.erase(change.customer_id);
        revisions_.erase(change.customer_id);
        std::erase_if(factors_,
                      [&](const auto& one) { return one.first.second == change.customer_id; });
      } else if (change.kind == changefeed::Change::Kind::kConsentsChanged) {
        consents_[change.customer_id] = change.consents;
      } else if (change.kind == changefeed::Change::Kind::kSurvivorChanged) {
        SetSurvivor(change.customer_id, change.survivor_id);
      } else if (change.kind == changefeed::Change::Kind::kEventsExpired) {
        for (auto& [customer, events] : events_) {
          if (!change.customer_id.empty() && change.customer_id != customer) continue;
          const auto gone = std::erase_if(events, [&](const auto& one) {
            return one.second.type == change.expired_type &&
                   one.second.event_time < change.expired_before;
          });
          if (gone == 0) continue;
          const std::string person = PersonOf(customer);
          revisions_.erase(person);
          if (!EventsOf(person).empty()) revisions_[person] = ++revision_;
        }
      } else if (change.kind == changefeed::Change::Kind::kEvent &&
                 InteractionTypeOf(change.event).has_value()) {
        const bool is_new =
            events_[change.customer_id].try_emplace(change.event.event_id, change.event).second;
        if (is_new) revisions_[PersonOf(change.customer_id)] = ++revision_;
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<TrainingTurn>> BeginTraining(const RequestContext&,
                                                              absl::string_view name) override {
    const auto running = holder_->lock();
    if (running != nullptr && running->name != name) {
      return TrainingRunning(running->name, absl::FromUnixSeconds(1'700'000'000));
    }
    const std::string count = absl::StrCat(++turns_);
    auto holder = std::make_shared<Holder>(
        Holder{std::string(32 - count.size(), '0') + count, std::string(name)});
    *holder_ = holder;
    last_training_ = absl::Now();
    return std::make_unique<Turn>(std::move(holder), holder_);
  }
  absl::StatusOr<std::optional<LastTraining>> GetLastTraining(const RequestContext&) override {
    if (!last_training_.has_value()) return std::nullopt;
    return LastTraining{*last_training_, holder_->lock() != nullptr};
  }
  absl::StatusOr<TrainingSet> LoadTrainingSet(const RequestContext&) override {
    TrainingSet set;
    std::set<std::string> used;
    std::vector<std::pair<std::string, ItemHistory>> rows;
    for (const auto& [customer, revision] : revisions_) {
      if (!consent::Policy().Allows(consent::Purpose::kRecommendation, ConsentsOf(customer))) {
        continue;
      }
      for (ItemHistory& sum : Sums(customer)) {
        if (items_ == nullptr || !items_->Get({}, sum.item_id).ok()) continue;
        used.insert(sum.item_id);
        set.newest = std::max(set.newest, sum.last_time);
        rows.emplace_back(customer, std::move(sum));
      }
      for (const changefeed::ChangedEvent& event : EventsOf(customer)) {
        set.interaction_count += used.contains(event.item_id);
      }
    }
    set.item_ids.assign(used.begin(), used.end());
    for (const auto& [customer, sum] : rows) {
      if (set.customer_ids.empty() || set.customer_ids.back() != customer) {
        set.customer_ids.push_back(customer);
        set.customer_revisions.push_back(revisions_.at(customer));
      }
      set.examples.push_back(
          {static_cast<std::int32_t>(set.customer_ids.size() - 1),
           static_cast<std::int32_t>(std::distance(used.begin(), used.find(sum.item_id))),
           static_cast<float>(Preference(sum, kEndlessDismissals, absl::InfinitePast())),
           absl::ToUnixMicros(sum.first_time)});
    }
    return set;
  }
  absl::StatusOr<std::optional<absl::Time>> NewestInteraction(const RequestContext&) override {
    std::optional<absl::Time> newest;
    for (const auto& [customer, events] : events_) {
      for (const auto& [id, event] : events) {
        newest = std::max(newest.value_or(event.event_time), event.event_time);
      }
    }
    return newest;
  }
  absl::Status ReadPast(const RequestContext&, absl::Time cut,
                        absl::FunctionRef<absl::Status(PastInteractionsOfCustomer)> take) override {
    std::set<std::string> persons;
    for (const auto& [customer, events] : events_) persons.insert(PersonOf(customer));
    for (const std::string& person : persons) {
      std::map<std::string, PastInteractions> items;
      std::vector<changefeed::ChangedEvent> before;
      for (const changefeed::ChangedEvent& event : EventsOf(person)) {
        PastInteractions& item = items[event.item_id];
        item.before.item_id = event.item_id;
        if (event.event_time < cut) {
          ++item.before_count;
          if (const auto type = InteractionTypeOf(event); type.has_value()) {
            item.before_recent += ForwardDecayed(PopularityWeight(*type), event.event_time);
          }
          before.push_back(event);
        } else {
          item.chosen_later |= event.type == changefeed::EventKind::kPurchase ||
                               event.type == changefeed::EventKind::kCart;
        }
      }
      for (ItemHistory& sum : SummedPlainly(before)) {
        const std::string id = sum.item_id;
        items[id].before = std::move(sum);
      }
      PastInteractionsOfCustomer past{
          .customer_id = person, .consents = ConsentsOf(person), .items = {}};
      for (auto& [id, item] : items) past.items.push_back(std::move(item));
      const absl::Status taken = take(std::move(past));
      if (!taken.ok()) return taken;
    }
    return absl::OkStatus();
  }
  absl::Status SaveCustomerFactors(const RequestContext&, const ModelIdentity& model,
                                   absl::string_view serving, const TrainingSet& set,
                                   const Factorization& factorization) override {
    const auto holder = holder_->lock();
    if (holder == nullptr || holder->training_id != model.training_id) return TrainingTurnLost();
    std::erase_if(factors_, [&](const auto& one) {
      return one.first.first == model.id || one.first.first != serving;
    });
    const std::size_t k = static_cast<std::size_t>(factorization.dimension);
    for (std::size_t u = 0; u < set.customer_ids.size(); ++u) {
      if (!revisions_.contains(set.customer_ids[u])) continue;
      const auto begin =
          factorization.customer_factors.begin() + static_cast<std::ptrdiff_t>(u * k);
      factors_[{model.id, set.customer_ids[u]}] = {
          model.training_id,
          set.customer_revisions[u],
          {{begin, begin + static_cast<std::ptrdiff_t>(k)}, factorization.customer_biases[u]}};
    }
    return absl::OkStatus();
  }

 private:
  struct TrainedFactors {
    std::string training_id;
    std::int64_t revision = 0;
    CustomerFactors factors;
  };
  struct Holder {
    std::string training_id, name;
  };
  using HolderSlot = std::shared_ptr<std::weak_ptr<Holder>>;
  class Turn final : public TrainingTurn {
   public:
    Turn(std::shared_ptr<Holder> holder, HolderSlot slot)
        : holder_(std::move(holder)), slot_(std::move(slot)) {}
    const std::string& training_id() const override { return holder_->training_id; }
    absl::Status Check() const override {
      return slot_->lock() == holder_ ? absl::OkStatus() : TrainingTurnLost();
    }

   private:
    const std::shared_ptr<Holder> holder_;
    const HolderSlot slot_;
  };

  bool IsExcluded(const std::string& customer, const AudienceRead& read) const {
    const auto sums = Sums(customer);
    return std::any_of(sums.begin(), sums.end(), [&](const ItemHistory& one) {
      return std::count(read.excluding_items.begin(), read.excluding_items.end(), one.item_id) >
                 0 &&
             (one.purchases > 0 || one.dismiss_time > read.dismissed_after);
    });
  }
  std::string PersonOf(const std::string& customer) const {
    const auto found = survivors_.find(customer);
    return found == survivors_.end() ? customer : found->second;
  }
  // Of all customers for whom the person stands.
  std::vector<changefeed::ChangedEvent> EventsOf(const std::string& person) const {
    std::vector<changefeed::ChangedEvent> all;
    for (const auto& [customer, events] : events_) {
      if (PersonOf(customer) != person) continue;
      for (const auto& [id, event] : events) all.push_back(event);
    }
    return all;
  }
  std::vector<ItemHistory> Sums(const std::string& person) const {
    return SummedPlainly(EventsOf(person));
  }
  void SetSurvivor(const std::string& customer, const std::string& survivor) {
    const std::string before = PersonOf(customer);
    const std::string after = survivor.empty() ? customer : survivor;
    if (before == after) return;
    survivors_.erase(customer);
    if (after != customer) survivors_[customer] = after;
    for (const std::string& id : {customer, before, after}) {
      revisions_.erase(id);
      if (!EventsOf(id).empty()) revisions_[id] = ++revision_;
    }
  }

  consent::Consents ConsentsOf(const std::string& customer) const {
    const auto found = consents_.find(customer);
    return found == consents_.end() ? consent::Consents() : found->second;
  }

  ItemStore* const items_;
  std::map<std::pair<std::string, std::string>, InteractionType> anonymous_;
  std::map<std::string, std::map<std::string, changefeed::ChangedEvent>> events_;
  std::map<std::string, std::string> survivors_;   // of those merged
  std::map<std::string, std::int64_t> revisions_;  // by person
  std::map<std::string, consent::Consents> consents_;
  std::int64_t revision_ = 0;
  std::string cursor_;
  const HolderSlot holder_ = std::make_shared<std::weak_ptr<Holder>>();
  int turns_ = 0;
  std::optional<absl::Time> last_training_;
  std::map<std::pair<std::string, std::string>, TrainedFactors> factors_;  // by model and customer
};

}  // namespace clientele::recommend::testing

#endif  // CLIENTELE_TESTS_CONTRACT_RECOMMEND_MEMORY_INTERACTIONS_H_
