#include "services/profile-service/store/media/pg_media_store.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/store/customers/members.h"
#include "services/profile-service/store/features/text_vector_codec.h"
#include "services/profile-service/store/media/media_codec.h"
#include "services/profile-service/store/media/media_rows.h"
#include "services/profile-service/store/media/media_statements.h"

namespace clientele::profile {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Row;
using postgres::Transaction;

constexpr postgres::TransactionOptions kReadsMedia{.read_only = true};
// Of one statement: what it holds in memory is several times as much.
constexpr std::size_t kPiecesAtOnce = 32;

absl::Status TooMany(absl::string_view what) {
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat("the customer has ", what, ": delete some first")),
      kTooManyPictures);
}

absl::Status CheckLimits(Transaction& transaction, const Media& media, const MediaLimits& limits) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result use,
                             transaction.Execute(statements::kMediaUse, {media.customer_id}));
  if (limits.pictures > 0 && use[0].Int64(0) >= limits.pictures) {
    return TooMany(absl::StrCat(limits.pictures, " pictures, the most there may be"));
  }
  if (media.keep && limits.kept_bytes > 0 &&
      use[0].Int64(1) + media.byte_count > limits.kept_bytes) {
    return TooMany(absl::StrCat("kept pictures of ", use[0].Int64(1), " bytes; with this one of ",
                                media.byte_count, " they would have more than ",
                                limits.kept_bytes));
  }
  if (limits.pending_bytes == 0) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(const Result pending, transaction.Execute(statements::kPendingUse));
  if (pending[0].Int64(0) + media.byte_count > limits.pending_bytes) {
    return BusyError("too many pictures wait to be looked at", absl::Seconds(10));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PgMediaStore::CheckRow(const Result& rows, absl::string_view customer_id) const {
  if (rows.empty()) return NotFound(CustomerName(customer_id));
  const consent::Consents consents(rows[0].Int64(0));
  if (policy_.Allows(consent::Purpose::kImageAnalysis, consents)) return absl::OkStatus();
  return WithReason(absl::FailedPreconditionError(
                        "the customer did not consent to image analysis: record their consent "
                        "with UpdateConsent first"),
                    kConsentWithheld);
}

absl::Status PgMediaStore::CheckConsent(const RequestContext& context,
                                        absl::string_view customer_id) {
  return pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   transaction.Execute(statements::kMediaConsents, {customer_id}));
        return CheckRow(rows, customer_id);
      },
      kReadsMedia);
}

absl::Status PgMediaStore::InsertPieces(Transaction& transaction, const Media& media,
                                        absl::string_view bytes) const {
  std::int32_t piece = 0;
  while (!bytes.empty()) {
    std::vector<std::int32_t> numbers;
    std::vector<Bytes> contents;
    while (!bytes.empty() && contents.size() < kPiecesAtOnce) {
      numbers.push_back(++piece);
      contents.push_back({cipher_->Encrypt(
          bytes.substr(0, kPieceBytes),
          MediaPiecePlace(media.customer_id, media.media_id, absl::StrCat(piece)))});
      bytes.remove_prefix(std::min(bytes.size(), kPieceBytes));
    }
    CLIENTELE_RETURN_IF_ERROR(transaction
                                  .Execute(statements::kInsertPieces,
                                           {media.customer_id, media.media_id, numbers, contents})
                                  .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<Media> PgMediaStore::InsertMedia(const RequestContext& context, const Media& media,
                                                absl::string_view bytes,
                                                const MediaLimits& limits) {
  std::vector<Media> stored;
  const std::string index = ContentIndex(*cipher_, bytes);
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    stored = {media};
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result customer,
        transaction.Execute(statements::kLockMediaCustomer, {media.customer_id}));
    CLIENTELE_RETURN_IF_ERROR(CheckRow(customer, media.customer_id));
    CLIENTELE_RETURN_IF_ERROR(
        transaction.Execute(statements::kLockMediaOfCustomer, {media.customer_id}).status());
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result known,
        transaction.Execute(statements::kContentOf, {media.customer_id, media.media_id}));
    if (!known.empty()) {
      if (known[0].Bytes(0) != index) {
        return WithReason(
            absl::AlreadyExistsError(absl::StrCat(MediaName(media.customer_id, media.media_id),
                                                  " is another picture: choose another id")),
            reason::kAlreadyExists);
      }
      CLIENTELE_ASSIGN_OR_RETURN(
          const Result rows,
          transaction.Execute(statements::kGetMedia, {media.customer_id, media.media_id}));
      stored = {ToMedia(rows[0])};
      return AddSightings(transaction, *cipher_, "", stored);
    }
    CLIENTELE_RETURN_IF_ERROR(CheckLimits(transaction, media, limits));
    CLIENTELE_RETURN_IF_ERROR(
        transaction
            .Execute(statements::kInsertMedia,
                     {media.customer_id, media.media_id, Bytes{index},
                      static_cast<std::int64_t>(media.format), media.byte_count, media.width,
                      media.height, media.capture_time, media.upload_time, media.keep,
                      absl::ToInt64Microseconds(media.duration), media.frame_count})
            .status());
    CLIENTELE_RETURN_IF_ERROR(InsertPieces(transaction, media, bytes));
    return transaction
        .Execute(statements::kInsertPendingMedia,
                 {media.customer_id, media.media_id, media.byte_count})
        .status();
  }));
  return std::move(stored.front());
}

absl::StatusOr<Media> PgMediaStore::GetMedia(const RequestContext& context,
                                             absl::string_view customer_id,
                                             absl::string_view media_id) {
  std::vector<Media> media;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result rows, transaction.Execute(statements::kGetMedia, {customer_id, media_id}));
        if (rows.empty()) return NotFound(MediaName(customer_id, media_id));
        media = {ToMedia(rows[0])};
        return AddSightings(transaction, *cipher_, "", media);
      },
      kReadsMedia));
  return std::move(media.front());
}

absl::StatusOr<std::vector<Media>> PgMediaStore::ListMedia(
    const RequestContext& context, absl::string_view customer_id,
    const std::optional<MediaPosition>& after, int limit) {
  std::vector<Media> media;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> members,
                                   MembersOf(transaction, customer_id));
        CLIENTELE_ASSIGN_OR_RETURN(
            media, profile::ListMedia(transaction, *cipher_, members, after, limit));
        return absl::OkStatus();
      },
      kReadsMedia));
  return media;
}

absl::Status PgMediaStore::DeleteMedia(const RequestContext& context, const MutationId& mutation,
                                       absl::string_view customer_id, absl::string_view media_id) {
  return pool_->Transact(context, [&](Transaction& transaction) {
    return ledger_
        ->Once(transaction, mutation, customer_id,
               [&]() -> absl::StatusOr<std::string> {
                 CLIENTELE_ASSIGN_OR_RETURN(
                     const Result rows,
                     transaction.Execute(statements::kDeleteMedia, {customer_id, media_id}));
                 if (rows.empty()) return NotFound(MediaName(customer_id, media_id));
                 return std::string();
               })
        .status();
  });
}

absl::StatusOr<std::string> PgMediaStore::ReadBytes(Transaction& transaction,
                                                    const PendingPicture& picture) const {
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result rows,
      transaction.Execute(statements::kListPieces, {picture.customer_id, picture.media_id}));
  std::string bytes;
  for (const Row row : rows) {
    CLIENTELE_ASSIGN_OR_RETURN(
        const std::string piece,
        cipher_->Decrypt(row.Bytes(1), MediaPiecePlace(picture.customer_id, picture.media_id,
                                                       absl::StrCat(row.Int64(0)))));
    bytes.append(piece);
  }
  return bytes;
}

absl::StatusOr<std::vector<PendingPicture>> PgMediaStore::TakePictures(
    const RequestContext& context, int limit, absl::Time now, absl::Duration lease) {
  std::vector<PendingPicture> pictures;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    pictures.clear();
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(statements::kTakePictures,
                                                                      {limit, now, now + lease}));
    for (const Row row : rows) {
      const consent::Consents consents(row.Int64(3));
      if (!policy_.Allows(consent::Purpose::kImageAnalysis, consents)) continue;
      PendingPicture picture{.customer_id = row.Text(0),
                             .media_id = row.Text(1),
                             .bytes = {},
                             .attempts = static_cast<int>(row.Int64(2)),
                             .seen_by = row.TextArray(4)};
      absl::StatusOr<std::string> bytes = ReadBytes(transaction, picture);
      // One that cannot be read waits aside and holds up no other.
      if (!bytes.ok() && !absl::IsDataLoss(bytes.status())) return bytes.status();
      if (!bytes.ok() || bytes->empty()) continue;
      picture.bytes = *std::move(bytes);
      pictures.push_back(std::move(picture));
    }
    return absl::OkStatus();
  }));
  return pictures;
}

absl::Status PgMediaStore::PutSighting(const RequestContext& context, absl::string_view customer_id,
                                       absl::string_view media_id, const Sighting& sighting) {
  return pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result customer,
                               transaction.Execute(statements::kLockMediaCustomer, {customer_id}));
    if (!CheckRow(customer, customer_id).ok()) return absl::OkStatus();
    const auto place = [&](absl::string_view column) {
      return SightingPlace(column, customer_id, media_id, sighting.model_id);
    };
    std::optional<Bytes> vector;
    if (!sighting.vector.empty()) vector = SealVector(*cipher_, sighting.vector, place("vector"));
    const auto kind = static_cast<std::int64_t>(sighting.kind);
    CLIENTELE_RETURN_IF_ERROR(
        transaction
            .Execute(statements::kPutSighting,
                     {customer_id, media_id, sighting.model_id, kind,
                      Bytes{cipher_->Encrypt(EncodeObjects(sighting.objects), place("objects"))},
                      vector, sighting.see_time})
            .status());
    return transaction
        .Execute(statements::kDropOlderSightings, {customer_id, media_id, sighting.model_id, kind})
        .status();
  });
}

absl::Status PgMediaStore::SettlePicture(const RequestContext& context,
                                         absl::string_view customer_id, absl::string_view media_id,
                                         absl::string_view failure) {
  const MediaState state = failure.empty() ? MediaState::kSeen : MediaState::kFailed;
  return pool_->Transact(context, [&](Transaction& transaction) {
    return transaction
        .Execute(statements::kSettlePicture,
                 {customer_id, media_id, static_cast<std::int64_t>(state), failure})
        .status();
  });
}

absl::Status PgMediaStore::DeferPicture(const RequestContext& context,
                                        absl::string_view customer_id, absl::string_view media_id,
                                        absl::Time until, int attempts) {
  return pool_->Transact(context, [&](Transaction& transaction) {
    return transaction.Execute(statements::kDeferPicture, {customer_id, media_id, until, attempts})
        .status();
  });
}

absl::StatusOr<std::int64_t> PgMediaStore::AwaitKept(const RequestContext& context,
                                                     absl::Span<const std::string> model_ids,
                                                     int limit) {
  std::int64_t waiting = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result inserted,
        transaction.Execute(statements::kAwaitKept,
                            {std::vector<std::string>(model_ids.begin(), model_ids.end()), limit}));
    waiting = inserted.affected_rows();
    return absl::OkStatus();
  }));
  return waiting;
}

absl::StatusOr<std::int64_t> PgMediaStore::DropOldMedia(const RequestContext& context,
                                                        absl::Time before, int limit) {
  std::int64_t dropped = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result deleted,
                               transaction.Execute(statements::kDropOldMedia, {before, limit}));
    dropped = deleted.affected_rows();
    return absl::OkStatus();
  }));
  return dropped;
}

}  // namespace clientele::profile
