#include "services/profile-service/picture_upkeep.h"

#include <cstdint>

#include "common/status/status_macros.h"
#include "common/telemetry/metric_names.h"

namespace clientele::profile {
namespace {

constexpr absl::Duration kDropInterval = absl::Minutes(10);
constexpr absl::Duration kPictureTurn = absl::Minutes(10);
constexpr int kDroppedAtOnce = 500;

}  // namespace

PictureUpkeep::PictureUpkeep(process::ServiceProcess* process, MediaStore* store,
                             const PictureResources& resources, absl::Duration pause,
                             absl::Duration retention)
    : process_(process),
      store_(store),
      retention_(retention),
      worker_(store, resources.decoder.get(), resources.models(), process->clock(), {}) {
  const auto repeat = [&](const char* name, absl::Duration interval, auto work) {
    process->Repeat(
        name, interval,
        [this, work](const RequestContext& context) {
          return process_->serving() ? work(context) : absl::OkStatus();
        },
        kPictureTurn);
  };
  if (resources.decoder != nullptr) {
    repeat("pictures", pause,
           [this](const RequestContext& context) { return worker_.Run(context); });
    for (const auto& [outcome, failed] : {std::pair("seen", false), std::pair("failed", true)}) {
      process->Keep({process->metrics().AddGaugeCallback(
          telemetry::kPictures, {{"outcome", outcome}}, [this, failed = failed] {
            const PictureWorker::Counts counts = worker_.counts();
            return static_cast<double>(failed ? counts.failed : counts.seen);
          })});
    }
  }
  if (retention > absl::ZeroDuration()) {
    repeat("media_retention", kDropInterval,
           [this](const RequestContext& context) { return DropOld(context); });
  }
}

absl::Status PictureUpkeep::DropOld(const RequestContext& context) {
  const absl::Time before = process_->clock()->Now() - retention_;
  while (context.Check(process_->clock()->Now()).ok()) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t dropped,
                               store_->DropOldMedia(context, before, kDroppedAtOnce));
    if (dropped < kDroppedAtOnce) break;
  }
  return absl::OkStatus();
}

}  // namespace clientele::profile
