#include "services/profile-service/server.h"

#include <utility>
#include <vector>

#include "common/rpc/models_rpc.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/cards/profile_cards.h"
#include "services/profile-service/core/cards/segment_reports.h"
#include "services/profile-service/core/changes/change_feed.h"
#include "services/profile-service/core/consent/consent_register.h"
#include "services/profile-service/core/customers/customers.h"
#include "services/profile-service/core/events/events.h"
#include "services/profile-service/core/media/media_library.h"
#include "services/profile-service/core/merges/merges.h"
#include "services/profile-service/core/profiles/profile_explanations.h"
#include "services/profile-service/core/profiles/profile_watch.h"
#include "services/profile-service/core/segments/segment_changes.h"
#include "services/profile-service/event_upkeep.h"
#include "services/profile-service/model/text_embedder.h"
#include "services/profile-service/picture_upkeep.h"
#include "services/profile-service/resources.h"
#include "services/profile-service/rpc/profile_rpc.h"
#include "services/profile-service/served_fuser.h"
#include "services/profile-service/similar_upkeep.h"
#include "services/profile-service/store/migrations.h"
#include "services/profile-service/stores.h"
#include "services/profile-service/upkeep.h"

namespace clientele::profile {

// Members are in the order of their dependencies.
struct Server::Impl {
  Impl(const ServerOptions& options, Resources opened)
      : affinity{.half_life = options.affinity_half_life},
        resources(std::move(opened)),
        process(*resources.process),
        pool(&process.database()),
        clock(process.clock()),
        stores(pool, &resources.cipher, clock, {affinity, options.rates, resources.consent},
               options.request_retention),
        embedder(resources.text.encoder.get()),
        fused(resources.fuser_model.get(), &stores.memberships, resources.consent),
        notifier(&stores.changes, clock),
        customers(&stores.customers, &notifier, clock),
        events(&stores.events, &notifier, clock, options.quarantine, resources.event_retention),
        consents(&stores.consents, &notifier, clock, resources.consent),
        merges(&stores.merges, &notifier, resources.consent),
        profiles(
            &stores.behavior, &embedder, &fused.fuser, clock,
            {.affinity = affinity,
             .latest_texts = options.latest_texts,
             .latest_pictures = options.pictures.any_model() ? options.pictures.latest_pictures : 0,
             .interests = {.min_score = options.pictures.min_sighting_score},
             .consent = resources.consent},
            resources.pictures.encoder.get()),
        watch(&profiles, &stores.profile_versions, &notifier, clock, {}),
        explanations(&stores.overviews, &profiles, &fused.fuser, clock, {}),
        overviews(&stores.overviews, &profiles, clock),
        segments(&stores.segments, &fused.memberships, [this] { upkeep.FillSegments(); }, clock,
                 {.affinity = affinity, .consent = resources.consent}),
        cards(&overviews, &stores.activity, clock),
        reports(&segments, &stores.memberships, &stores.segment_samples, clock,
                {.affinity = affinity, .consent = resources.consent}),
        media(&stores.media, resources.pictures.decoder.get(), resources.pictures.detector.get(),
              clock,
              {.upload_memory = options.pictures.upload_bytes,
               .limits = {.pictures = options.pictures.pictures_per_customer,
                          .kept_bytes = options.pictures.kept_bytes_per_customer,
                          .pending_bytes = options.pictures.pending_bytes}}),
        changes(&stores.changes, &notifier, clock,
                {.keep_alive = options.change_keep_alive, .retention = options.change_retention},
                &stores.recent),
        segment_changes(&changes, &segments),
        match_finder(&stores.customers, &stores.merges, &merges, clock,
                     {.auto_merge_probability = options.auto_merge_probability}),
        upkeep(&process, &resources.cipher, &stores.ledger, &embedder, &stores.behavior,
               &stores.segments, &fused.memberships, &notifier, &changes, &match_finder, affinity,
               resources.consent,
               {.derive = options.derive_interval, .match = options.match_interval}),
        picture_upkeep(&process, &stores.media, resources.pictures, options.derive_interval,
                       options.pictures.retention),
        similar(&process, &stores, &profiles, resources.consent, options.derive_interval,
                options.similarity_memory),
        event_upkeep(&process, &stores, &notifier,
                     {.limits = options.quarantine, .retention = options.quarantine_retention},
                     resources.event_retention),
        profile_rpc(&process.host().AddDispatcher(v1::ProfileService::service_full_name()),
                    &customers, &events, &event_upkeep.quarantine(), &consents, &merges, &watch,
                    &explanations, &overviews, &cards, &media, &segments, &reports,
                    &similar.customers(), &segment_changes, &changes),
        models_rpc(process.host(), "profile", [this](std::vector<rpc::ListedVersion>& list) {
          resources.ListVersions(list);
        }) {
    process.host().AddService(&profile_rpc);
    process.ReadyWhen({.check_schema = CheckSchema,
                       .check = [this](const RequestContext& context) -> absl::Status {
                         CLIENTELE_RETURN_IF_ERROR(resources.CheckServing());
                         return pool->Ping(context);
                       },
                       .timeout = absl::Seconds(2)});
    process.Keep(resources.Measure(process.metrics()));
    process.OnStop([this] { notifier.Stop(); });
    notifier.Start(options.change_poll_interval);
  }
  ~Impl() { process.Stop(); }

  const AffinityModel affinity;
  const Resources resources;
  process::ServiceProcess& process;
  postgres::ConnectionPool* const pool;
  const Clock* const clock;
  Stores stores;
  EncoderTextEmbedder embedder;
  ServedFuser fused;
  ChangeNotifier notifier;
  Customers customers;
  Events events;
  ConsentRegister consents;
  Merges merges;
  Profiles profiles;
  ProfileWatch watch;
  ProfileExplanations explanations;
  Overviews overviews;
  Segments segments;
  ProfileCards cards;
  SegmentReports reports;
  MediaLibrary media;
  ChangeFeed changes;
  SegmentChanges segment_changes;
  MatchFinder match_finder;
  Upkeep upkeep;
  PictureUpkeep picture_upkeep;
  SimilarUpkeep similar;
  EventUpkeep event_upkeep;
  ProfileRpc profile_rpc;
  rpc::ModelsRpc models_rpc;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Create(ServerOptions options) {
  CLIENTELE_ASSIGN_OR_RETURN(Resources resources, Resources::Open(options));
  auto impl = std::make_unique<Impl>(options, std::move(resources));
  CLIENTELE_RETURN_IF_ERROR(impl->process.Start());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)), process_(&impl_->process) {}
Server::~Server() = default;

}  // namespace clientele::profile
