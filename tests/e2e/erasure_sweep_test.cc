// A customer's deletion reaches everything that was ever told of them: marks are planted
// through every way in, and looked for everywhere that something stays.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "common/crypto/cipher.h"
#include "common/crypto/digest.h"
#include "common/status/status_macros.h"
#include "common/text/normalization.h"
#include "tests/e2e/erasure/cohort.h"
#include "tests/e2e/erasure/database_sweep.h"
#include "tests/e2e/erasure/marked_request.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"
#include "tests/support/test_database.h"

namespace clientele::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kFollowing(30);
constexpr char kDump[] = "pg_dump's output";

struct Sweep {
  Sweep()
      : suite({.conninfo = database.conninfo(),
               .flags = {{"profile-service", {"--image_encoder", "starter-image-encoder"}}}}),
        pool(database.Pool()) {
    recommend::v1::CreateItemRequest item;
    item.set_item_id(kMarkedItem);
    item.mutable_item()->set_title("Umbrella");
    grpc::ClientContext context;
    recommend::v1::Item made;
    const auto stub = recommend::v1::RecommendService::NewStub(suite.gateway());
    REQUIRE(stub->CreateItem(&context, item, &made).ok());
  }

  Everything Read() { return ReadEverything(*pool, cipher); }

  // Whether recommend-service and qa-service have applied what the feed told until a
  // customer's last event.
  bool Followed(const std::string& customer) {
    static constexpr postgres::Statement kFollowed{
        "test_followed",
        "SELECT EXISTS (SELECT FROM recommend.interactions WHERE customer_id = $1) "
        "AND EXISTS (SELECT FROM qa.known_customers WHERE customer_index = $2)"};
    bool followed = false;
    const absl::Status status =
        pool->Transact(RequestContext(), [&](postgres::Transaction& t) -> absl::Status {
          CLIENTELE_ASSIGN_OR_RETURN(
              const auto rows,
              t.Execute(kFollowed, {customer, postgres::Bytes{cipher.BlindIndex(
                                                  customer, "qa.known_customers")}}));
          followed = rows[0].Bool(0);
          return absl::OkStatus();
        });
    INFO(status.ToString());
    REQUIRE(status.ok());
    return followed;
  }
  void AwaitFollowers(const std::string& customer) {
    REQUIRE(Eventually(kFollowing, [&] { return Followed(customer); }));
  }

  // Questions are written behind the answer's back: those of a cohort are there.
  void AwaitQuestions(const Cohort& cohort) {
    REQUIRE(Eventually(kFollowing, [&] {
      const Everything stored = Read();
      for (const auto& [mark, place] : cohort.marks.places()) {
        if (place.ends_with("question") && stored.Holding(mark).empty()) return false;
      }
      return true;
    }));
  }

  const TestDatabase database = Suite::Database();
  Suite suite;
  const std::unique_ptr<postgres::ConnectionPool> pool;
  const crypto::Cipher cipher = *crypto::Cipher::FromKeyFile(Suite::DataKeyFile());
};

// Returns the merge's name.
std::string Merge(const Suite& suite, const std::string& survivor, const std::string& customer) {
  profile::v1::MergeCustomersRequest request;
  request.set_survivor("customers/" + survivor);
  request.add_customers("customers/" + customer);
  grpc::ClientContext context;
  profile::v1::MergeCustomersResponse response;
  const auto stub = profile::v1::ProfileService::NewStub(suite.gateway());
  const grpc::Status status = stub->MergeCustomers(&context, request, &response);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return response.merges(0).name();
}

// One merge that holds, and one that was undone.
void PlantMerges(const Suite& suite, const Cohort& cohort) {
  Merge(suite, cohort.batch_created, cohort.event_imported);
  profile::v1::UndoMergeRequest undo;
  undo.set_name(Merge(suite, cohort.created, cohort.imported));
  grpc::ClientContext context;
  profile::v1::Merge undone;
  const auto stub = profile::v1::ProfileService::NewStub(suite.gateway());
  REQUIRE(stub->UndoMerge(&context, undo, &undone).ok());
}

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A JPEG file with a mark in its comment, to be kept, and looked at by a model.
void PlantPicture(const Suite& suite, Cohort& cohort) {
  const auto stub = profile::v1::ProfileService::NewStub(suite.gateway());
  profile::v1::UpdateConsentRequest consent;
  consent.mutable_consent()->set_name("customers/" + cohort.created + "/consents/image-analysis");
  consent.mutable_consent()->set_state(profile::v1::CONSENT_STATE_GRANTED);
  grpc::ClientContext consenting;
  profile::v1::Consent granted;
  REQUIRE(stub->UpdateConsent(&consenting, consent, &granted).ok());

  std::string jpeg = ReadFile(SourceDir() + "/tests/data/pictures/plain.jpg");
  const std::string mark = cohort.marks.New("bytes of a picture");
  const std::string length = {'\0', static_cast<char>(mark.size() + 2)};
  jpeg.insert(2, "\xFF\xFE" + length + mark);
  profile::v1::UploadMediaRequest request;
  profile::v1::Media& media = *request.mutable_media();
  media.set_name("customers/" + cohort.created + "/media/" + cohort.marks.New("media id"));
  media.set_keep(true);
  request.set_chunk(jpeg);
  grpc::ClientContext uploading;
  profile::v1::Media stored;
  const auto stream = stub->UploadMedia(&uploading, &stored);
  stream->Write(request);
  stream->WritesDone();
  const grpc::Status uploaded = stream->Finish();
  INFO(uploaded.error_message());
  REQUIRE(uploaded.ok());
  profile::v1::GetMediaRequest get;
  get.set_name(media.name());
  REQUIRE(Eventually(kFollowing, [&] {
    grpc::ClientContext getting;
    return stub->GetMedia(&getting, get, &stored).ok() && stored.sightings_size() == 1;
  }));
}

// Events of the customer that are refused, in the right name and in a wrong one. Returns how many
// are in quarantine.
int64_t PlantRefusedEvents(const Suite& suite, Cohort& cohort) {
  const auto mark = [&](const char* field) {
    return cohort.marks.New(absl::StrCat("quarantined ", field));
  };
  profile::v1::BatchCreateEventsRequest request;
  request.set_skip_invalid(true);
  request.set_quarantine_invalid(true);
  for (const std::string& name : {"customers/" + cohort.created, " " + cohort.imported}) {
    profile::v1::Event& event = *request.add_events();
    event.set_customer(name);
    event.set_event_id(mark("event_id"));
    event.set_type(profile::v1::EVENT_TYPE_PURCHASE);
    event.set_item(mark("item"));
    event.set_category(mark("category"));
    event.set_currency_code(mark("currency_code"));
    event.set_text(mark("text"));
    event.set_channel(mark("channel"));
    event.set_device(mark("device"));
    event.set_source(mark("source"));
  }
  grpc::ClientContext context;
  profile::v1::BatchCreateEventsResponse response;
  const auto stub = profile::v1::ProfileService::NewStub(suite.gateway());
  const grpc::Status status = stub->BatchCreateEvents(&context, request, &response);
  INFO(status.error_message());
  REQUIRE(status.ok());
  REQUIRE(response.rejected_count() == 2);
  return response.quarantined_count();
}

// One of them, mended with a request that is remembered.
void MendRefusedEvent(const Suite& suite, Cohort& cohort) {
  const auto stub = profile::v1::ProfileService::NewStub(suite.gateway());
  profile::v1::ListQuarantinedEventsRequest list;
  list.set_customer("customers/" + cohort.imported);
  grpc::ClientContext listing;
  profile::v1::ListQuarantinedEventsResponse listed;
  REQUIRE(stub->ListQuarantinedEvents(&listing, list, &listed).ok());
  REQUIRE(listed.quarantined_events_size() == 1);
  profile::v1::UpdateQuarantinedEventRequest update;
  *update.mutable_quarantined_event() = listed.quarantined_events(0);
  update.mutable_quarantined_event()->mutable_event()->set_text(
      listed.quarantined_events(0).event().text() + cohort.marks.New("mended text"));
  update.mutable_update_mask()->add_paths("event.text");
  update.set_request_id(cohort.marks.New("request_id of UpdateQuarantinedEvent"));
  grpc::ClientContext updating;
  profile::v1::QuarantinedEvent mended;
  const grpc::Status status = stub->UpdateQuarantinedEvent(&updating, update, &mended);
  INFO(status.error_message());
  REQUIRE(status.ok());
}

void Plant(Sweep& sweep, Cohort& cohort) {
  PlantByImports(sweep.suite, cohort);
  PlantByCalls(sweep.suite, cohort, [&] { sweep.AwaitFollowers(cohort.created); });
  PlantPicture(sweep.suite, cohort);
  REQUIRE(PlantRefusedEvents(sweep.suite, cohort) == 2);
  MendRefusedEvent(sweep.suite, cohort);
  sweep.AwaitQuestions(cohort);
  CallWrongly(sweep.suite, cohort);
  PlantMerges(sweep.suite, cohort);
}

void Delete(const Suite& suite, const Cohort& cohort) {
  const CommandResult by_name =
      suite.Clientele({"delete", "customer", "customers/" + cohort.created, "--yes"});
  INFO(by_name.output);
  REQUIRE(by_name.exit_code == 0);
  const CommandResult by_id =
      suite.Clientele({"delete", "customer", "--id", cohort.imported, "--yes"});
  INFO(by_id.output);
  REQUIRE(by_id.exit_code == 0);
  // One of them was merged into the other, and goes with them.
  const auto stub = profile::v1::ProfileService::NewStub(suite.gateway());
  profile::v1::DeleteCustomerRequest request;
  request.set_name("customers/" + cohort.batch_created);
  request.set_request_id("deletion-1");
  // Sent twice, as after a lost answer: the ledger remembers it.
  for (int attempt = 0; attempt < 2; ++attempt) {
    grpc::ClientContext context;
    google::protobuf::Empty empty;
    const grpc::Status status = stub->DeleteCustomer(&context, request, &empty);
    INFO(status.error_message());
    REQUIRE(status.ok());
  }
}

// Where marks are in the database, in words.
std::vector<std::string> Traces(const Everything& stored, const Marks& marks) {
  std::vector<std::string> traces;
  for (const auto& [mark, planted] : marks.places()) {
    for (const std::string& place : stored.Holding(mark)) {
      traces.push_back(absl::StrCat(place, " holds what was planted as ", planted));
    }
  }
  return traces;
}

// Hashes and keyed hashes of a person that would tell, to whoever can guess, that the person
// was there. A tombstone may have them: that an id is never given again is its purpose.
std::vector<std::string> Fingerprints(const Everything& stored, const crypto::Cipher& cipher,
                                      const Cohort& cohort) {
  std::vector<std::string> persons = cohort.ids();
  for (const std::string& id : cohort.ids()) persons.push_back("customers/" + id);
  for (const auto& [mark, place] : cohort.marks.places()) {
    if (place.ends_with("email")) persons.push_back(text::Normalize(mark + "@example.com"));
    if (place.ends_with("phone")) persons.push_back(mark);
  }
  std::set<std::string> scopes;
  for (const StoredValue& value : stored.values) {
    scopes.insert(value.place);
    scopes.insert(value.place.substr(0, value.place.rfind('.')));
  }
  std::set<std::string> prints;
  for (const std::string& person : persons) {
    prints.insert(crypto::Sha256(person));
    profile::v1::DeleteCustomerRequest deletion;
    deletion.set_name(person);
    prints.insert(crypto::Sha256(deletion.SerializeAsString()));
    for (const std::string& scope : scopes) prints.insert(cipher.BlindIndex(person, scope));
  }
  std::vector<std::string> found;
  for (const StoredValue& value : stored.values) {
    if (value.place == "profile.tombstones.customer_index") continue;
    if (prints.contains(value.text)) found.push_back(value.place);
  }
  return found;
}

// Everything that is no database: "qa-service's log" and its text.
std::vector<std::pair<std::string, std::string>> Elsewhere(Sweep& sweep) {
  std::vector<std::pair<std::string, std::string>> texts;
  texts.emplace_back(kDump, Dump(sweep.database.conninfo()));
  for (const std::string& process : sweep.suite.processes()) {
    texts.emplace_back(process + "'s log", sweep.suite.log(process));
    texts.emplace_back(process + "'s metrics", sweep.suite.metrics_page(process));
  }
  for (const auto& entry : fs::recursive_directory_iterator(sweep.suite.model_dir())) {
    if (!entry.is_regular_file()) continue;
    texts.emplace_back(entry.path().string(), entry.path().string() + ReadFile(entry.path()));
  }
  return texts;
}

// Which marks a text holds, in words.
std::vector<std::string> Mentions(const std::string& place, const std::string& text,
                                  const Marks& marks) {
  std::vector<std::string> mentions;
  for (const auto& [mark, planted] : marks.places()) {
    if (text.find(mark) != std::string::npos ||
        text.find(crypto::HexEncode(mark)) != std::string::npos) {
      mentions.push_back(absl::StrCat(place, " holds what was planted as ", planted));
    }
  }
  return mentions;
}

TEST_CASE("a customer's deletion leaves nothing of them in tables, models, logs or metrics") {
  Sweep sweep;
  Cohort deleted, kept;
  Plant(sweep, deleted);
  Plant(sweep, kept);
  const CommandResult trained = sweep.suite.Clientele(
      {"train", "--settle", "0", "--factors", "2", "--serving_timeout", "60"});
  INFO(trained.output);
  REQUIRE(trained.exit_code == 0);

  // The sweep finds each mark, and the customers wherever services keep them.
  const Everything before = sweep.Read();
  for (const Cohort* cohort : {&deleted, &kept}) {
    for (const auto& [mark, planted] : cohort->marks.places()) {
      INFO("planted as " << planted);
      CHECK_FALSE(before.Holding(mark).empty());
    }
    const std::vector<std::string> places = before.Holding(cohort->created);
    INFO(absl::StrJoin(places, " "));
    for (const char* place :
         {"profile.customers.customer_id", "profile.events.customer_id",
          "profile.changes.customer_id", "profile.request_ledger.subject",
          "profile.media.customer_id", "profile.media_pieces.customer_id",
          "profile.media_sightings.customer_id", "profile.quarantined_events.customer_id",
          "qa.questions.customer_id", "qa.handovers.customer_id", "qa.conversations.customer_id",
          "qa.feedback.customer_id", "recommend.interactions.customer_id",
          "recommend.customer_factors.customer_id", "recommend.feedback.customer_id",
          "recommend.known_customers.customer_id"}) {
      INFO(place);
      CHECK(std::find(places.begin(), places.end(), place) != places.end());
    }
  }
  CHECK(absl::StrJoin(before.unopened, " ") == "");

  Delete(sweep.suite, deleted);
  // Whoever comes too late is answered, refused or not recorded.
  PlantByCalls(
      sweep.suite, deleted, [] {}, /*refused_is_fine=*/true);
  CHECK(PlantRefusedEvents(sweep.suite, deleted) == 0);
  // All that was told before is applied once what is told now is.
  Cohort later;
  Plant(sweep, later);

  const Everything after = sweep.Read();
  CHECK(absl::StrJoin(after.unopened, " ") == "");
  // The news of the deletion is for followers, encrypted; nothing else may know the id.
  std::vector<std::string> traces = Traces(after, deleted.marks);
  std::erase_if(traces, [](const std::string& trace) {
    return trace.starts_with("profile.changes.sealed_customer_id ");
  });
  CHECK(absl::StrJoin(traces, "\n") == "");
  CHECK(absl::StrJoin(Fingerprints(after, sweep.cipher, deleted), " ") == "");
  CHECK_FALSE(Fingerprints(after, sweep.cipher, kept).empty());
  for (const Cohort* cohort : {&deleted, &kept}) {
    CHECK(absl::StrJoin(Traces(after, cohort->passing), "\n") == "");
  }
  // Of those who stay, the database alone knows.
  for (const auto& [place, text] : Elsewhere(sweep)) {
    CHECK(absl::StrJoin(Mentions(place, text, deleted.marks), "\n") == "");
    CHECK(absl::StrJoin(Mentions(place, text, deleted.passing), "\n") == "");
    if (place == kDump) continue;
    CHECK(absl::StrJoin(Mentions(place, text, kept.marks), "\n") == "");
    CHECK(absl::StrJoin(Mentions(place, text, kept.passing), "\n") == "");
  }
  // Nothing of the others was lost.
  for (const auto& [mark, planted] : kept.marks.places()) {
    INFO("planted as " << planted);
    CHECK_FALSE(after.Holding(mark).empty());
  }
}

}  // namespace
}  // namespace clientele::testing
