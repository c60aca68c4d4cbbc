#ifndef CLIENTELE_TESTS_CONTRACT_QA_MEMORY_UPGRADE_STORE_H_
#define CLIENTELE_TESTS_CONTRACT_QA_MEMORY_UPGRADE_STORE_H_

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "services/qa-service/core/upgrades/upgrade_store.h"

namespace clientele::qa::testing {

// Thread-safe.
class MemoryUpgradeStore final : public UpgradeStore {
 public:
  absl::StatusOr<std::optional<ServingSetup>> Serving(const RequestContext&) override {
    std::lock_guard lock(mutex_);
    if (!failure.ok()) return failure;
    return serving_;
  }

  absl::StatusOr<std::optional<UpgradeTrial>> Find(const RequestContext&,
                                                   const UpgradeKey& key) override {
    std::lock_guard lock(mutex_);
    return FindTrial(key);
  }

  absl::StatusOr<UpgradeTrial> Record(const RequestContext&, const UpgradeTrial& trial) override {
    std::lock_guard lock(mutex_);
    if (!failure.ok()) return failure;
    const bool expected = serving_.has_value() ? serving_->setup == trial.key.serving ||
                                                     serving_->setup == trial.key.candidate
                                               : trial.key.serving.encoder.empty();
    if (!expected) return absl::AbortedError("something else serves by now");
    const std::optional<UpgradeTrial> earlier = FindTrial(trial.key);
    if (!earlier.has_value()) trials_.push_back(trial);
    if (trials_.size() > kKeptTrials) trials_.erase(trials_.begin());
    const UpgradeTrial verdict = earlier.value_or(trial);
    const bool same = serving_.has_value() && serving_->setup == trial.key.candidate;
    if (qa::Serves(verdict.outcome) && !same) {
      serving_ = ServingSetup{trial.key.candidate, trial.create_time};
    }
    return verdict;
  }

  absl::StatusOr<std::vector<UpgradeTrial>> List(const RequestContext&, const std::string& encoder,
                                                 std::int64_t limit) override {
    std::lock_guard lock(mutex_);
    std::vector<UpgradeTrial> list;
    for (auto it = trials_.rbegin(); it != trials_.rend(); ++it) {
      const std::string& id = it->key.candidate.encoder;
      const bool wanted = encoder.empty() || id == encoder || id.substr(0, id.find('/')) == encoder;
      if (wanted && static_cast<std::int64_t>(list.size()) < limit) list.push_back(*it);
    }
    return list;
  }

  absl::Status failure;  // set before threads use it

 private:
  std::optional<UpgradeTrial> FindTrial(const UpgradeKey& key) const {
    for (const UpgradeTrial& trial : trials_) {
      if (trial.key.candidate == key.candidate && trial.key.serving == key.serving &&
          trial.key.golden_revision == key.golden_revision && trial.key.margin == key.margin) {
        return trial;
      }
    }
    return std::nullopt;
  }

  mutable std::mutex mutex_;
  std::optional<ServingSetup> serving_;
  std::vector<UpgradeTrial> trials_;  // oldest first
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_MEMORY_UPGRADE_STORE_H_
