#include "services/recommend-service/core/items/items.h"

#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/paging/page_builder.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {
namespace {

// Tokens carry a tag, so that another list's token is refused.
constexpr absl::string_view kTokenTag = "items:";

std::string EncodeToken(absl::string_view last_id) {
  return last_id.empty() ? "" : absl::WebSafeBase64Escape(absl::StrCat(kTokenTag, last_id));
}

std::optional<std::string> DecodeToken(absl::string_view token) {
  if (token.empty()) return "";
  std::string text;
  if (!absl::WebSafeBase64Unescape(token, &text)) return std::nullopt;
  absl::string_view id = text;
  if (!absl::ConsumePrefix(&id, kTokenTag) || !IsItemId(id)) return std::nullopt;
  return std::string(id);
}

std::size_t ItemBytes(const Item& item) {
  std::size_t bytes = paging::kRowBytes + item.id.size() + item.title.size() +
                      item.description.size() + item.category.size() + item.brand.size() +
                      AttributeBytes(item.attributes) + item.currency_code.size() +
                      item.image_uri.size() + item.etag.size();
  for (const std::string& parent : item.parent_categories) bytes += parent.size();
  for (const std::string& uri : item.additional_image_uris) bytes += uri.size();
  return bytes;
}

absl::Status CheckBatchSize(absl::string_view field, std::size_t size, int max) {
  if (size >= 1 && size <= static_cast<std::size_t>(max)) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must have 1 to ", max, " entries"));
}

}  // namespace

absl::StatusOr<Item> Items::Create(const RequestContext& context, const MutationId& mutation,
                                   const Item& item, bool validate_only) {
  FieldViolations violations;
  CheckItem(item, "item.", "item_id", violations);
  CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
  CLIENTELE_ASSIGN_OR_RETURN(Item created, store_->Create(context, mutation, item, validate_only));
  if (!validate_only) catalog_->NoteWrite();
  return created;
}

absl::StatusOr<BatchCreated> Items::BatchCreate(const RequestContext& context,
                                                const MutationId& mutation,
                                                const std::vector<Item>& items) {
  CLIENTELE_RETURN_IF_ERROR(CheckBatchSize("items", items.size(), kMaxItemBatch));
  FieldViolations violations;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string prefix = absl::StrCat("items[", i, "].");
    CheckItem(items[i], prefix, absl::StrCat(prefix, "name"), violations);
  }
  CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
  CLIENTELE_ASSIGN_OR_RETURN(const BatchCreated created,
                             store_->BatchCreate(context, mutation, items));
  catalog_->NoteWrite();
  return created;
}

absl::StatusOr<Item> Items::Get(const RequestContext& context, absl::string_view id) {
  return store_->Get(context, id);
}

absl::StatusOr<ItemListing> Items::List(const RequestContext& context, int page_size,
                                        absl::string_view page_token) {
  const std::optional<std::string> after = DecodeToken(page_token);
  if (!after.has_value()) {
    return InvalidField("page_token", "must come from the response before");
  }
  CLIENTELE_ASSIGN_OR_RETURN(ItemPage page, store_->List(context, *after, page_size));
  if (paging::CutPage(page.items, page_size, ItemBytes)) page.next_id = page.items.back().id;
  return ItemListing{std::move(page.items), EncodeToken(page.next_id)};
}

absl::StatusOr<Item> Items::Update(const RequestContext& context, const MutationId& mutation,
                                   const ItemUpdate& update, bool validate_only) {
  if (update.fields.empty() && update.attributes.empty()) {
    return InvalidField("update_mask", "names no field, and no field of the item is set");
  }
  CLIENTELE_ASSIGN_OR_RETURN(Item updated,
                             store_->Update(context, mutation, update, validate_only));
  if (!validate_only) catalog_->NoteWrite();
  return updated;
}

absl::Status Items::Delete(const RequestContext& context, const MutationId& mutation,
                           absl::string_view id, absl::string_view etag) {
  CLIENTELE_RETURN_IF_ERROR(store_->Delete(context, mutation, id, etag));
  catalog_->NoteWrite();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Items::Missing(const RequestContext& context,
                                                        const std::vector<std::string>& ids) {
  CLIENTELE_RETURN_IF_ERROR(CheckBatchSize("names", ids.size(), kMaxItemCheck));
  return store_->Missing(context, ids);
}

}  // namespace clientele::recommend
