#include "services/profile-service/upkeep.h"

#include "common/idempotency/ledger_retention.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

constexpr absl::Duration kPruneInterval = absl::Minutes(10);
constexpr absl::Duration kSizeInterval = absl::Minutes(10);
// Of one turn: there may be much to derive, and one customer's sums take as long as they take.
constexpr absl::Duration kTurn = absl::Minutes(10);
constexpr int kRebuiltAtOnce = 100;  // customers

}  // namespace

Upkeep::Upkeep(process::ServiceProcess* process, const crypto::Cipher* cipher, const Ledger* ledger,
               TextEmbedder* embedder, PgBehaviorStore* behavior, SegmentStore* segments,
               MembershipStore* memberships, ChangeNotifier* notifier, ChangeFeed* changes,
               MatchFinder* matches, const AffinityModel& affinity, const consent::Policy& policy,
               const Intervals& intervals)
    : process_(process),
      ledger_(ledger),
      behavior_(behavior),
      changes_(changes),
      affinity_(affinity),
      texts_(&process->database(), cipher, policy),
      worker_(&texts_, embedder, process->clock(), {}),
      segments_(segments, memberships, notifier, process->clock(),
                {.affinity = affinity, .consent = policy}),
      fills_(memberships, notifier, process->clock(), {.affinity = affinity, .consent = policy}),
      sizes_(segments, process->clock()) {
  const auto repeat = [&](const char* name, absl::Duration pause, auto work) {
    return process->Repeat(
        name, pause,
        [this, work](const RequestContext& context) {
          return process_->serving() ? work(context) : absl::OkStatus();
        },
        kTurn);
  };
  repeat("ledger_prune", kPruneInterval,
         [this](const RequestContext& context) { return PruneLedger(context); });
  repeat("change_compaction", kPruneInterval,
         [this](const RequestContext& context) { return changes_->Compact(context); });
  repeat("behavior_sums", intervals.derive,
         [this](const RequestContext& context) { return RebuildSums(context); });
  repeat("text_vectors", intervals.derive,
         [this](const RequestContext& context) { return worker_.Run(context); });
  // Woken by what this process stores; what others store shows within the pause.
  process::RepeatedTask* const decisions =
      repeat("segments", intervals.derive,
             [this](const RequestContext& context) { return segments_.Run(context); });
  notifier->OnPublished([this, decisions] {
    if (segments_.has_segments()) decisions->Wake();
  });
  fill_task_ = repeat("segment_fills", intervals.derive,
                      [this](const RequestContext& context) { return fills_.Run(context); });
  repeat("segment_sizes", kSizeInterval,
         [this](const RequestContext& context) { return sizes_.Run(context); });
  if (intervals.match == absl::ZeroDuration()) return;
  repeat("matches", intervals.match,
         [matches](const RequestContext& context) { return matches->Run(context); });
}

absl::Status Upkeep::PruneLedger(const RequestContext& context) {
  return clientele::PruneLedger(*ledger_, process_->database(), context);
}

absl::Status Upkeep::RebuildSums(const RequestContext& context) {
  while (context.Check(process_->clock()->Now()).ok()) {
    CLIENTELE_ASSIGN_OR_RETURN(const int rebuilt,
                               behavior_->RebuildSums(context, affinity_, kRebuiltAtOnce));
    if (rebuilt == 0) break;
  }
  return absl::OkStatus();
}

}  // namespace clientele::profile
