#include <optional>

#include "common/database/database_flags.h"
#include "common/flags/flags.h"
#include "common/inference/compute/program_setup.h"
#include "common/inference/serving/model_flags.h"
#include "common/rpc/server_flags.h"
#include "common/status/status_macros.h"
#include "services/profile-service/maintenance.h"
#include "services/profile-service/server.h"

namespace {

void AddPictureFlags(CLI::App& app, clientele::profile::PictureOptions& options) {
  using clientele::flags::AddFlag;
  AddFlag(app, "image_encoder", options.image_encoder,
          "Bundle that tells what pictures are of; empty: none");
  clientele::inference::AddModelShareFlags(app, "image_encoder", options.image_encoder_share);
  AddFlag(app, "object_detector", options.object_detector,
          "Bundle that finds objects in pictures; empty: none");
  clientele::inference::AddModelShareFlags(app, "object_detector", options.object_detector_share);
  AddFlag(app, "picture_decoder", options.decoder,
          "Program that decodes pictures; empty: picture-decoder beside this one");
  AddFlag(app, "picture_decoders", options.decoders, "Pictures decoded at a time")
      ->check(CLI::Range(1, 256));
  AddFlag(app, "latest_pictures", options.latest_pictures, "Pictures of a customer in a profile")
      ->check(CLI::Range(0, 1000));
  AddFlag(app, "min_sighting_score", options.min_sighting_score,
          "What a model sees in a picture with less than this score is no interest")
      ->check(CLI::Range(0.0, 1.0));
  AddFlag(app, "pictures_per_customer", options.pictures_per_customer,
          "Pictures that a customer may have; 0: no bound")
      ->check(CLI::NonNegativeNumber);
  AddFlag(app, "kept_picture_bytes", options.kept_bytes_per_customer,
          "Bytes of a customer's kept pictures; 0: no bound")
      ->check(CLI::NonNegativeNumber);
  AddFlag(app, "pending_picture_bytes", options.pending_bytes,
          "Bytes of all pictures that wait to be looked at; 0: no bound")
      ->check(CLI::NonNegativeNumber);
  AddFlag(app, "upload_bytes", options.upload_bytes,
          "Bytes that uploads under way in this process may hold in memory")
      ->check(CLI::PositiveNumber);
  AddFlag(app, "media_retention", options.retention,
          "What is known of a picture is deleted this long after its upload; 0: it stays");
}

}  // namespace

int main(int argc, char** argv) {
  clientele::inference::SetUpProgram();
  using clientele::flags::AddFlag;
  clientele::profile::ServerOptions options;
  options.host.service_name = "profile-service";
  options.host.port = 50051;
  options.host.write_threads = 16;
  // Several reads each, and a model: GetCustomer keeps its rate beside them.
  options.host.method_shares = {{"GetProfile", 0.25},        {"GetCustomerOverview", 0.25},
                                {"ExplainProfile", 0.25},    {"ListSimilarCustomers", 0.25},
                                {"RenderProfileCard", 0.25}, {"DetectObjects", 0.25}};
  bool migrate_and_exit = false;
  bool reencrypt_and_exit = false;
  bool new_epoch = false;

  CLI::App app("Customers, their events and what the suite understands of them", "profile-service");
  clientele::rpc::AddServerFlags(app, options.host);
  clientele::database::AddDatabaseFlags(app, options.database);
  clientele::inference::AddModelFlags(app, options.models);
  AddFlag(app, "write_threads", options.host.write_threads,
          "Workers of unary calls that write; 0: they take those of --worker_threads")
      ->check(CLI::Range(0, 1024));
  AddFlag(app, "text_encoder", options.text_encoder, "Bundle that embeds texts");
  clientele::inference::AddModelShareFlags(app, "text_encoder", options.text_encoder_share);
  AddFlag(app, "profile_fuser", options.profile_fuser, "Bundle that makes profile vectors");
  AddFlag(app, "request_retention", options.request_retention,
          "How long a request_id is remembered; 0: for ever");
  AddFlag(app, "purposes_needing_consent", options.purposes_needing_consent,
          "What customers' data is used for only when they granted it, separated by commas: of "
          "profiling, image-analysis, recommendation, marketing, answer-personalization");
  AddFlag(app, "affinity_half_life", options.affinity_half_life,
          "After this long an event counts half for category affinity");
  AddFlag(app, "latest_texts", options.latest_texts, "Texts of a customer in a profile")
      ->check(CLI::Range(0, 1000));
  AddFlag(
      app, "similarity_memory", options.similarity_memory,
      "Bytes of memory for the vectors of all customers, to find similar ones; 0: nobody is found")
      ->check(CLI::NonNegativeNumber);
  AddPictureFlags(app, options.pictures);
  AddFlag(app, "event_retention", options.event_retention,
          "How long events are kept by type, such as view=180d,search=90d: older ones are deleted "
          "and refused; types that are not named are kept for ever. view/profiling=30d: of "
          "customers without consent to profiling, deleted alone");
  AddFlag(
      app, "max_events_per_minute", options.rates.per_minute,
      "Views, searches, carts, messages, posts and ratings of one customer within a minute that "
      "a person can make: where there are more, all of that minute are left out of features; "
      "0: no limit")
      ->check(CLI::NonNegativeNumber);
  AddFlag(app, "max_events_per_hour", options.rates.per_hour,
          "The same within an hour; 0: no limit")
      ->check(CLI::NonNegativeNumber);
  AddFlag(app, "quarantine_events", options.quarantine.events,
          "Refused events that are kept in quarantine where a request asks for it; 0: none")
      ->check(CLI::NonNegativeNumber);
  AddFlag(app, "quarantine_bytes", options.quarantine.bytes,
          "Bytes of all events in quarantine together")
      ->check(CLI::PositiveNumber);
  AddFlag(app, "quarantine_retention", options.quarantine_retention,
          "Events in quarantine are dropped this long after they were refused; 0: they stay");
  AddFlag(app, "derive_interval", options.derive_interval,
          "How soon texts are embedded and pictures looked at after they were stored");
  AddFlag(app, "match_interval", options.match_interval,
          "How often customers who may be one person are looked for; 0: never");
  AddFlag(app, "auto_merge_probability", options.auto_merge_probability,
          "Customers who are one person with at least this probability are merged without being "
          "asked about; 0: none are")
      ->check(CLI::Range(0.0, 1.0));
  AddFlag(app, "change_poll_interval", options.change_poll_interval,
          "How soon change streams see what other replicas stored");
  AddFlag(app, "change_keep_alive", options.change_keep_alive,
          "Change streams send a message at least this often");
  AddFlag(app, "change_retention", options.change_retention,
          "Changes are kept this long, and longer while a follower lacks them; a follower that was "
          "away for longer resynchronizes");
  AddFlag(app, "migrate_and_exit", migrate_and_exit, "Bring the schema to this version and exit");
  AddFlag(app, "reencrypt_and_exit", reencrypt_and_exit,
          "Encrypt again what is stored under older keys of the data key file and exit");
  AddFlag(app, "new_epoch", new_epoch,
          "Begin a new epoch of the change feed and exit: run it after the database was restored "
          "from a backup, so that the followers resynchronize");
  if (const std::optional<int> exit_code = clientele::flags::ParseFlags(app, argc, argv)) {
    return *exit_code;
  }

  return clientele::flags::RunMain("profile-service", [&]() -> absl::Status {
    if (migrate_and_exit) return clientele::profile::MigrateSchema(options);
    if (reencrypt_and_exit) return clientele::profile::ReencryptData(options);
    if (new_epoch) return clientele::profile::BeginFeedEpoch(options);
    CLIENTELE_ASSIGN_OR_RETURN(auto server, clientele::profile::Server::Create(options));
    server->Run();
    return absl::OkStatus();
  });
}
