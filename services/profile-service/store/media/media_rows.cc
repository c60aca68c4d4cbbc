#include "services/profile-service/store/media/media_rows.h"

#include <map>
#include <utility>

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/features/text_vector_codec.h"
#include "services/profile-service/store/media/media_codec.h"
#include "services/profile-service/store/media/media_statements.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr Statement kPersonsConsents{
    "profile.list_person_consents",
    "SELECT customer_id, consents FROM profile.customers WHERE customer_id IN (SELECT member.id "
    "FROM unnest($1::text[]) AS deciding(id), profile.members_of(deciding.id) AS member(id))"};

constexpr Statement kDropWithheldMedia{
    "profile.delete_withheld_media",
    "DELETE FROM profile.media WHERE customer_id = ANY($1::text[])"};

}  // namespace

Media ToMedia(const Row& row) {
  return {.customer_id = row.Text(0),
          .media_id = row.Text(1),
          .format = static_cast<MediaFormat>(row.Int64(2)),
          .byte_count = row.Int64(3),
          .width = row.Int64(4),
          .height = row.Int64(5),
          .duration = absl::Microseconds(row.Int64(11)),
          .frame_count = static_cast<int>(row.Int64(12)),
          .capture_time = row.Time(6),
          .upload_time = row.Time(7),
          .keep = row.Bool(8),
          .state = static_cast<MediaState>(row.Int64(9)),
          .failure = row.Text(10)};
}

absl::Status AddSightings(Transaction& transaction, const crypto::Cipher& cipher,
                          const std::string& encoder_id, std::vector<Media>& media) {
  if (media.empty()) return absl::OkStatus();
  std::vector<std::string> customers, ids;
  std::map<std::pair<std::string, std::string>, Media*> places;
  customers.reserve(media.size());
  ids.reserve(media.size());
  for (Media& picture : media) {
    customers.push_back(picture.customer_id);
    ids.push_back(picture.media_id);
    places[{picture.customer_id, picture.media_id}] = &picture;
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(statements::kListSightings, {customers, ids}));
  for (const Row row : rows) {
    const auto place = [&row](absl::string_view column) {
      return SightingPlace(column, row.TextView(0), row.TextView(1), row.TextView(2));
    };
    Sighting sighting{.model_id = row.Text(2),
                      .kind = static_cast<SightingKind>(row.Int64(3)),
                      .see_time = row.Time(6),
                      .objects = {}};
    CLIENTELE_ASSIGN_OR_RETURN(const std::string objects,
                               cipher.Decrypt(row.Bytes(4), place("objects")));
    CLIENTELE_ASSIGN_OR_RETURN(sighting.objects, DecodeObjects(objects));
    if (!row.IsNull(5) && sighting.model_id == encoder_id) {
      CLIENTELE_ASSIGN_OR_RETURN(sighting.vector,
                                 OpenVector(cipher, row.Bytes(5), place("vector")));
    }
    places[{row.Text(0), row.Text(1)}]->sightings.push_back(std::move(sighting));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Media>> ListMedia(Transaction& transaction, const crypto::Cipher& cipher,
                                             const std::vector<std::string>& members,
                                             const std::optional<MediaPosition>& after, int limit,
                                             const std::string& encoder_id) {
  const absl::Time before = after ? after->capture_time : absl::InfiniteFuture();
  const std::string before_media = after ? after->media_id : "";
  const std::string before_customer = after ? after->customer_id : "";
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result rows, transaction.Execute(statements::kListMedia, {members, before, before_media,
                                                                      before_customer, limit}));
  std::vector<Media> media;
  media.reserve(rows.size());
  for (const Row row : rows) media.push_back(ToMedia(row));
  CLIENTELE_RETURN_IF_ERROR(AddSightings(transaction, cipher, encoder_id, media));
  return media;
}

absl::StatusOr<KnownPictures> ReadPictures(Transaction& transaction, const crypto::Cipher& cipher,
                                           const std::vector<std::string>& members,
                                           const PictureQuery& query) {
  KnownPictures known;
  CLIENTELE_ASSIGN_OR_RETURN(known.pictures, ListMedia(transaction, cipher, members, std::nullopt,
                                                       query.limit, query.encoder_id));
  for (const Media& picture : known.pictures) {
    if (picture.state == MediaState::kPending) ++known.pending;
  }
  return known;
}

absl::Status DropWithheldMedia(Transaction& transaction,
                               const std::vector<std::string>& customer_ids,
                               const consent::Policy& policy) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(kPersonsConsents, {customer_ids}));
  std::vector<std::string> withheld;
  for (const Row row : rows) {
    const consent::Consents consents(row.Int64(1));
    if (!policy.Allows(consent::Purpose::kImageAnalysis, consents)) withheld.push_back(row.Text(0));
  }
  if (withheld.empty()) return absl::OkStatus();
  return transaction.Execute(kDropWithheldMedia, {withheld}).status();
}

}  // namespace clientele::profile
