#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_UPGRADES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_UPGRADES_H_

// Lets a new version of the text encoder, or another least confidence, answer questions only after
// it was asked the golden questions beside what serves.
//
//   Upgrades upgrades(&store, &golden, &versions, &refresher, make_answerer, clock, {});
//   PeriodicTask task(absl::Milliseconds(500), [&] {
//     upgrades.RunOnce(context);
//     if (upgrades.has_more()) task.Wake();
//   });
//
// A version that was found and checked waits (EncoderVersions). Its index is built beside the one
// that serves (IndexRefresher). Once that is complete the golden questions are asked of both, and
// the verdict is stored for all replicas and restarts: it serves, and its index takes the place of
// the other whole, or it is refused. It may be at most `margin` below what serves. Without golden
// questions, and where nothing serves beside it, it serves unasked; an older version is one that
// people went back to, and serves whatever comes of the questions. What was refused is tried again
// when the golden questions change.
//
// One thing changes at a time: the least confidence first, then the encoder. Another least
// confidence is noticed at the start alone.
//
// Thread-safe; iterations are serialized.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/qa-service/core/answering/answerer.h"
#include "services/qa-service/core/golden_questions/golden_question_store.h"
#include "services/qa-service/core/retrieval/index_refresher.h"
#include "services/qa-service/core/upgrades/encoder_versions.h"
#include "services/qa-service/core/upgrades/golden_trial.h"
#include "services/qa-service/core/upgrades/upgrade_store.h"

namespace clientele::qa {

struct UpgradesOptions {
  // What people want: the least confidence that answers; empty: what was fitted to the encoder.
  std::optional<double> min_confidence = {};
  // See PassesFloor().
  double margin = 0.02;
  // After this long an iteration asks no further questions. 0: one an iteration.
  absl::Duration iteration_budget = absl::Seconds(2);
  // Of one question, and of a read or write of the stores.
  absl::Duration question_timeout = absl::Seconds(30);
  // Between two looks at whether golden questions have changed since something was refused.
  absl::Duration recheck_interval = absl::Seconds(10);
  // Told of each verdict that this replica follows. May be empty.
  std::function<void(const UpgradeTrial&)> on_verdict = {};
};

// An upgrade that this replica is about to decide.
struct PendingUpgrade {
  AnsweringSetup candidate;
  std::size_t missing_articles = 0;  // of its index
  std::size_t asked = 0;             // golden questions so far, of
  std::size_t questions = 0;
};

struct UpgradeReport {
  std::optional<ServingSetup> serving;  // of all replicas
  std::optional<PendingUpgrade> pending;
  std::vector<UpgradeTrial> trials;  // newest first
};

class Upgrades {
 public:
  // Makes what answers as the service does, from this index and with this least confidence. It
  // keeps and counts nothing.
  using MakeAnswerer = std::function<std::unique_ptr<const Answerer>(
      std::shared_ptr<const KnowledgeIndex> index, std::optional<double> min_confidence)>;

  // Borrowed; they outlive this.
  Upgrades(UpgradeStore* store, GoldenQuestionStore* golden, EncoderVersions* versions,
           const IndexRefresher* refresher, MakeAnswerer make_answerer, const Clock* clock,
           UpgradesOptions options);
  ~Upgrades();

  // One iteration. Of the context, the cancellation counts, not the deadline. Errors are those of
  // the stores and of a model that is busy: the next iteration goes on from there.
  absl::Status RunOnce(const RequestContext& context);
  // Whether the last iteration ran out of time before it ran out of questions.
  bool has_more() const { return has_more_.load(std::memory_order_relaxed); }

  // The least confidence that answers now.
  std::optional<double> min_confidence() const;

  // `encoder` is "name" or "name/version"; empty: of all. At most `max_trials` (0: 10, at most
  // 100).
  absl::StatusOr<UpgradeReport> Report(const RequestContext& context, const std::string& encoder,
                                       std::int64_t max_trials) const;

 private:
  struct Case;

  RequestContext OwnContext(const RequestContext& context) const;
  absl::Status LearnSetup(const RequestContext& context);
  absl::Status ReconsiderRefused(const RequestContext& context);
  absl::Status Decide(const RequestContext& context, const AnsweringSetup& candidate);
  absl::Status Ask(const RequestContext& context);
  absl::Status Conclude(const RequestContext& context, const UpgradeTrial& trial);
  void Follow(const UpgradeTrial& verdict);
  void SetSetup(const AnsweringSetup& setup);
  void ShowPending();
  std::shared_ptr<const KnowledgeIndex> IndexOf(const AnsweringSetup& candidate) const;

  UpgradeStore* const store_;
  GoldenQuestionStore* const golden_;
  EncoderVersions* const versions_;
  const IndexRefresher* const refresher_;
  const MakeAnswerer make_answerer_;
  const Clock* const clock_;
  const UpgradesOptions options_;

  std::mutex iteration_mutex_;
  // Below: guarded by iteration_mutex_.
  bool knows_setup_ = false;
  bool confidence_refused_ = false;
  std::map<std::string, std::int64_t> refused_;  // golden revisions by encoder
  std::int64_t confidence_revision_ = 0;         // at which the least confidence was refused
  absl::Time next_recheck_ = absl::InfinitePast();
  std::unique_ptr<Case> case_;  // what is being decided; null: nothing

  std::atomic<bool> has_more_{false};
  mutable std::mutex mutex_;
  AnsweringSetup setup_;                   // guarded by mutex_: what this replica answers with
  std::optional<PendingUpgrade> pending_;  // guarded by mutex_
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_UPGRADES_H_
