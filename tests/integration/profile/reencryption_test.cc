#include "common/database/reencryption.h"

#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "services/profile-service/store/encrypted_columns.h"
#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/integration/profile/pg_stores_under_test.h"
#include "tests/support/bytea_columns.h"
#include "tests/support/key_rings.h"

namespace clientele::profile::testing {
namespace {

const consent::Policy kNoGrants(std::vector<consent::Purpose>{});

TEST_CASE("every column of bytes is encrypted again after a rotation, or needs no key") {
  PgStoresUnderTest stores;
  std::set<std::string> expected = clientele::testing::NamesOf(EncryptedColumns());
  expected.insert("profile.customers.email_index");      // a blind index
  expected.insert("profile.media.content_index");        // likewise
  expected.insert("profile.tombstones.customer_index");  // likewise
  expected.insert("profile.quarantined_events.sent_index");
  expected.insert("profile.request_ledger.body_hash");  // a keyed hash
  expected.insert("profile.schema_migrations.sql_sha256");
  CHECK(clientele::testing::ByteaColumns(stores.pool(), "profile") == expected);
}

TEST_CASE(
    "customers and events are read with the new key alone, remembered results with the ring") {
  PgStoresUnderTest stores;
  const auto with = [&](const crypto::Cipher& cipher, const auto& use) {
    const Ledger ledger("profile", &cipher, SystemClock::Get());
    PgCustomerStore customers(&stores.pool(), &ledger, &cipher, SystemClock::Get());
    PgEventStore events(&stores.pool(), &ledger, &cipher, SystemClock::Get());
    use(customers, events);
  };
  const Customer ada = MakeCustomer("ada");
  Event wish = MakeEvent("ada", "e1", EventType::kMessage);
  wish.text = "my secret wish";
  with(clientele::testing::OldRing(), [&](auto& customers, auto& events) {
    REQUIRE(customers.Create(kContext, Mutation("r1"), ada).ok());
    REQUIRE(customers.Create(kContext, Mutation(), MakeCustomer("bea")).ok());
    REQUIRE(customers.Delete(kContext, Mutation(), "bea", "").ok());
    EventBatch batch = MakeBatch({wish, MakeEvent("ada", "e2"), MakeEvent("eve", "e3")},
                                 /*skip_unknown_customers=*/true);
    batch.quarantine = QuarantineLimits();
    REQUIRE(events.Insert(kContext, Mutation(), batch)->quarantined == 1);
    const crypto::Cipher old_ring = clientele::testing::OldRing();
    PgTextVectorStore vectors(&stores.pool(), &old_ring);
    REQUIRE(vectors.Put(kContext, "text/1", {{{"ada", "e1", {1, 2}}}}, kNow).ok());
    PgProfileVectorStore profile_vectors(&stores.pool(), &old_ring);
    REQUIRE(profile_vectors.MakeVectorsDue(kContext, {"ada"}, kNow).ok());
    REQUIRE(profile_vectors
                .PutVectors(kContext,
                            {{{.customer_id = "ada", .model_id = "fuser/1", .vector = {5, 6}}}})
                .ok());
    const Ledger ledger("profile", &old_ring, SystemClock::Get());
    PgMediaStore media(&stores.pool(), &ledger, &old_ring, kNoGrants);
    const Media picture{
        .customer_id = "ada", .media_id = "p", .capture_time = kNow, .upload_time = kNow};
    REQUIRE(media.InsertMedia(kContext, picture, "bytes", {}).ok());
    const Sighting sighting{.model_id = "encoder/1",
                            .kind = SightingKind::kClasses,
                            .see_time = kNow,
                            .objects = {{.label = "hat", .score = 1, .box = std::nullopt}},
                            .vector = {3, 4}};
    REQUIRE(media.PutSighting(kContext, "ada", "p", sighting).ok());
  });
  for (const database::EncryptedColumn& column : EncryptedColumns()) {
    CAPTURE(column.name());
    const auto counts = database::ReencryptColumn(stores.pool(), kContext,
                                                  clientele::testing::RotatedRing(), column);
    CHECK(counts.value() == database::ReencryptionCounts{.reencrypted = 1});
  }
  with(clientele::testing::NewRing(), [&](auto& customers, auto& events) {
    const absl::StatusOr<Customer> read = customers.Get(kContext, "ada");
    REQUIRE(read.ok());
    CHECK(read->display_name == ada.display_name);
    CHECK(read->email == ada.email);
    CHECK(read->phone == ada.phone);
    CHECK(read->attributes == ada.attributes);
    CHECK(read->revision == ada.revision);
    const auto listed = events.List(kContext, "ada", std::nullopt, 10);
    REQUIRE(listed.ok());
    REQUIRE(listed->size() == 2);
    CHECK((*listed)[0].text + (*listed)[1].text == wish.text);
  });
  const crypto::Cipher new_ring = clientele::testing::NewRing();
  PgBehaviorStore behavior(&stores.pool(), &new_ring);
  const auto read = behavior.Read(kContext, "ada", kNow, {},
                                  {"text/1", 1, {.encoder_id = "encoder/1", .limit = 1}});
  REQUIRE(read.ok());
  CHECK(read->pictures.pictures.at(0).sightings.at(0).objects.at(0).label == "hat");
  CHECK(read->pictures.pictures.at(0).sightings.at(0).vector == std::vector<float>{3, 4});
  PgProfileVectorStore profile_vectors(&stores.pool(), &new_ring);
  CHECK(profile_vectors.ReadVectors(kContext, {}, 10)->vectors.at(0).vector ==
        std::vector<float>{5, 6});
  const Ledger new_ledger("profile", &new_ring, SystemClock::Get());
  PgQuarantineStore quarantine(&stores.pool(), &new_ledger, &new_ring, SystemClock::Get());
  CHECK(quarantine.ListQuarantined(kContext, {}, {.events = 10})->at(0).event.event_id == "e3");
  PgMediaStore media(&stores.pool(), &new_ledger, &new_ring, kNoGrants);
  CHECK(media.TakePictures(kContext, 1, kNow, absl::Minutes(1))->at(0).bytes == "bytes");
  CHECK(read->texts.vectors == std::vector<std::vector<float>>{{1, 2}});
  // Remembered requests are told apart by the ring's last key.
  with(clientele::testing::RotatedRing(), [&](auto& customers, auto&) {
    CHECK(customers.Create(kContext, Mutation("r1"), ada).ok());
  });
}

}  // namespace
}  // namespace clientele::profile::testing
