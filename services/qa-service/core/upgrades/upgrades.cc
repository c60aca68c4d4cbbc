#include "services/qa-service/core/upgrades/upgrades.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

constexpr std::int64_t kDefaultTrials = 10;

// For operators: why a version does not serve.
std::string RefusalReason(const UpgradeTrial& trial) {
  const TrialResult& result = trial.result;
  const auto handled = [](const GoldenFigures& figures) {
    return figures.answered_rightly + figures.abstained_rightly;
  };
  return absl::StrCat("of ", result.question_count,
                      " golden questions the right article is first for ",
                      result.candidate.right_first, " (", trial.key.serving.encoder, ": ",
                      result.serving.right_first, "), ", handled(result.candidate),
                      " are answered rightly or rightly not answered (", handled(result.serving),
                      "): see GetUpgradeReport");
}

}  // namespace

// An upgrade that is being decided.
struct Upgrades::Case {
  UpgradeKey key;
  GoldenSet golden;
  bool looked_up = false;  // whether there is a verdict already
  // While the questions are asked; the answerers hold the indexes as they were then.
  std::unique_ptr<const Answerer> serving;
  std::unique_ptr<const Answerer> candidate;
  std::optional<GoldenTrial> trial;
};

Upgrades::Upgrades(UpgradeStore* store, GoldenQuestionStore* golden, EncoderVersions* versions,
                   const IndexRefresher* refresher, MakeAnswerer make_answerer, const Clock* clock,
                   UpgradesOptions options)
    : store_(store),
      golden_(golden),
      versions_(versions),
      refresher_(refresher),
      make_answerer_(std::move(make_answerer)),
      clock_(clock),
      options_(std::move(options)),
      setup_{.encoder = "", .min_confidence = options_.min_confidence} {}

Upgrades::~Upgrades() = default;

RequestContext Upgrades::OwnContext(const RequestContext& context) const {
  RequestContext own = context;
  own.deadline = clock_->Now() + options_.question_timeout;
  own.priority = Priority::kBackground;
  return own;
}

std::optional<double> Upgrades::min_confidence() const {
  std::lock_guard lock(mutex_);
  return setup_.min_confidence;
}

void Upgrades::SetSetup(const AnsweringSetup& setup) {
  std::lock_guard lock(mutex_);
  setup_ = setup;
}

absl::Status Upgrades::RunOnce(const RequestContext& context) {
  std::lock_guard iteration(iteration_mutex_);
  has_more_ = false;
  if (!knows_setup_) CLIENTELE_RETURN_IF_ERROR(LearnSetup(context));
  CLIENTELE_RETURN_IF_ERROR(ReconsiderRefused(context));
  const std::string serving = versions_->serving();
  const std::string candidate = versions_->candidate();
  const std::shared_ptr<const KnowledgeIndex> index = refresher_->Snapshot();
  // The index has followed: what it was of before is no longer asked.
  if (index != nullptr && index->model_id() == serving) versions_->Release();

  if (serving.empty()) {
    if (candidate.empty()) return absl::OkStatus();
    UpgradeTrial alone;
    alone.key = {{candidate, options_.min_confidence}, setup_, 0, options_.margin};
    alone.outcome = UpgradeOutcome::kNotCompared;
    return Conclude(context, alone);
  }
  absl::Status status;
  if (!confidence_refused_ && options_.min_confidence != setup_.min_confidence) {
    status = Decide(context, {setup_.encoder, options_.min_confidence});
  } else if (!candidate.empty()) {
    status = Decide(context, {candidate, setup_.min_confidence});
  } else {
    case_.reset();
  }
  ShowPending();
  return status;
}

// What serves by the word of all replicas.
absl::Status Upgrades::LearnSetup(const RequestContext& context) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<ServingSetup> stored,
                             store_->Serving(OwnContext(context)));
  case_.reset();
  if (stored.has_value()) {
    SetSetup(stored->setup);
    versions_->Admit(stored->setup.encoder);
  }
  knows_setup_ = true;
  return absl::OkStatus();
}

absl::Status Upgrades::ReconsiderRefused(const RequestContext& context) {
  if ((refused_.empty() && !confidence_refused_) || clock_->Now() < next_recheck_) {
    return absl::OkStatus();
  }
  next_recheck_ = clock_->Now() + options_.recheck_interval;
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t revision, golden_->Revision(OwnContext(context)));
  if (confidence_revision_ != revision) confidence_refused_ = false;
  std::erase_if(refused_, [&](const auto& refused) {
    if (refused.second == revision) return false;
    versions_->Reconsider(refused.first);
    return true;
  });
  return absl::OkStatus();
}

// The complete index that the candidate would answer from; null while there is none.
std::shared_ptr<const KnowledgeIndex> Upgrades::IndexOf(const AnsweringSetup& candidate) const {
  for (const auto& index : {refresher_->Snapshot(), refresher_->Candidate()}) {
    if (index != nullptr && index->model_id() == candidate.encoder) return index;
  }
  return nullptr;
}

absl::Status Upgrades::Decide(const RequestContext& context, const AnsweringSetup& candidate) {
  if (case_ == nullptr || case_->key.candidate != candidate || case_->key.serving != setup_) {
    auto begun = std::make_unique<Case>();
    CLIENTELE_ASSIGN_OR_RETURN(begun->golden, golden_->LoadAll(OwnContext(context)));
    begun->key = {candidate, setup_, begun->golden.revision, options_.margin};
    case_ = std::move(begun);
  }
  if (!case_->looked_up) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::optional<UpgradeTrial> verdict,
                               store_->Find(OwnContext(context), case_->key));
    if (verdict.has_value()) return Conclude(context, *verdict);
    case_->looked_up = true;
  }
  if (!case_->trial.has_value()) {
    const std::shared_ptr<const KnowledgeIndex> index = IndexOf(candidate);
    const std::shared_ptr<const KnowledgeIndex> serving = refresher_->Snapshot();
    if (index == nullptr || serving == nullptr || serving->model_id() != setup_.encoder) {
      return absl::OkStatus();
    }
    // The index may have taken hours: what is asked is what is golden now.
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t revision, golden_->Revision(OwnContext(context)));
    if (revision != case_->key.golden_revision) {
      case_.reset();
      return absl::OkStatus();
    }
    case_->serving = make_answerer_(serving, setup_.min_confidence);
    case_->candidate = make_answerer_(index, candidate.min_confidence);
    case_->trial.emplace(case_->golden.questions, case_->serving.get(), case_->candidate.get());
  }
  return Ask(context);
}

absl::Status Upgrades::Ask(const RequestContext& context) {
  GoldenTrial& trial = *case_->trial;
  const absl::Time end = clock_->Now() + options_.iteration_budget;
  while (!trial.done()) {
    CLIENTELE_RETURN_IF_ERROR(trial.AskNext(OwnContext(context)));
    if (!trial.done() && clock_->Now() >= end) {
      has_more_ = true;
      return absl::OkStatus();
    }
  }
  const bool changes_encoder = case_->key.candidate.encoder != case_->key.serving.encoder;
  if (changes_encoder && versions_->candidate() != case_->key.candidate.encoder) {
    case_.reset();  // it was replaced while it was asked
    return absl::OkStatus();
  }
  UpgradeTrial verdict;
  verdict.key = case_->key;
  verdict.result = trial.result();
  verdict.outcome = changes_encoder && versions_->candidate_is_older() ? UpgradeOutcome::kRolledBack
                    : trial.asked() == 0                               ? UpgradeOutcome::kNotAsked
                    : PassesFloor(trial.result(), options_.margin)     ? UpgradeOutcome::kAccepted
                                                                       : UpgradeOutcome::kRefused;
  return Conclude(context, verdict);
}

// Stores the verdict, unless there is one, and follows what stands.
absl::Status Upgrades::Conclude(const RequestContext& context, const UpgradeTrial& trial) {
  UpgradeTrial made = trial;
  made.create_time = clock_->Now();
  const absl::StatusOr<UpgradeTrial> verdict = store_->Record(OwnContext(context), made);
  if (absl::IsAborted(verdict.status())) knows_setup_ = false;  // another replica was ahead
  CLIENTELE_RETURN_IF_ERROR(verdict.status());
  case_.reset();
  Follow(*verdict);
  return absl::OkStatus();
}

void Upgrades::Follow(const UpgradeTrial& verdict) {
  const AnsweringSetup& candidate = verdict.key.candidate;
  const bool changes_encoder = candidate.encoder != verdict.key.serving.encoder;
  if (Serves(verdict.outcome)) {
    SetSetup(candidate);
    if (changes_encoder) {
      versions_->Admit(candidate.encoder);
      // They were held against another one.
      for (const auto& [refused, revision] : refused_) versions_->Reconsider(refused);
      refused_.clear();
    }
  } else if (changes_encoder) {
    refused_[candidate.encoder] = verdict.key.golden_revision;
    versions_->Refuse(candidate.encoder, RefusalReason(verdict));
  } else {
    confidence_refused_ = true;
    confidence_revision_ = verdict.key.golden_revision;
  }
  if (options_.on_verdict) options_.on_verdict(verdict);
}

void Upgrades::ShowPending() {
  std::optional<PendingUpgrade> pending;
  if (case_ != nullptr) {
    pending.emplace();
    pending->candidate = case_->key.candidate;
    pending->questions = case_->golden.questions.size();
    pending->asked = case_->trial.has_value() ? case_->trial->asked() : 0;
  }
  std::lock_guard lock(mutex_);
  pending_ = std::move(pending);
}

absl::StatusOr<UpgradeReport> Upgrades::Report(const RequestContext& context,
                                               const std::string& encoder,
                                               std::int64_t max_trials) const {
  if (max_trials < 0 || max_trials > UpgradeStore::kKeptTrials) {
    return InvalidField("max_trials", absl::StrCat("must be 0 to ", UpgradeStore::kKeptTrials));
  }
  UpgradeReport report;
  CLIENTELE_ASSIGN_OR_RETURN(report.serving, store_->Serving(context));
  CLIENTELE_ASSIGN_OR_RETURN(
      report.trials, store_->List(context, encoder, max_trials == 0 ? kDefaultTrials : max_trials));
  std::lock_guard lock(mutex_);
  report.pending = pending_;
  if (report.pending.has_value()) {
    report.pending->missing_articles = refresher_->candidate_pending();
  }
  return report;
}

}  // namespace clientele::qa
