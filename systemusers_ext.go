package jumpcloud

import (
	"context"
	"slices"
)

// Suspend suspends a user: state and suspended are sent together, because the service refuses a pair
// that does not agree.
//
// It calls systemusers_put.
func (s *SystemusersService) Suspend(ctx context.Context, id string, opts ...RequestOption) (*Systemuser, error) {
	return s.Update(ctx, id, SystemuserUpdate{State: Set(UserStateSuspended), Suspended: Set(true)}, nil, opts...)
}

// Reactivate ends a suspension, or activates a staged user without a mail; see
// [SystemusersService.Activate] for one with a mail.
//
// It calls systemusers_put.
func (s *SystemusersService) Reactivate(ctx context.Context, id string, opts ...RequestOption) (*Systemuser, error) {
	return s.Update(ctx, id, SystemuserUpdate{State: Set(UserStateActivated), Suspended: Set(false)}, nil, opts...)
}

// SetAttribute gives a user a custom attribute, or changes its value, and keeps the others. Names are
// letters and digits; a value has up to 1024 characters. Like the helpers below it reads the user,
// changes the list and writes the list alone, without the keys that the server manages, but with those
// that this package does not know; somebody else's change of the same list between the two is overwritten.
//
// It calls systemusers_get and systemusers_put.
func (s *SystemusersService) SetAttribute(ctx context.Context, id, name, value string, opts ...RequestOption) (*Systemuser, error) {
	if name == "" {
		return nil, &ParamError{Param: "name", Problem: "is empty; name the attribute"}
	}
	return s.merge(ctx, id, opts, "attributes", func(body *SystemuserUpdate) {
		body.Attributes = put(withValues(body.Attributes), UserAttributeInput{Name: Set(name), Value: Set(value)}, attributeName)
	})
}

// RemoveAttribute removes a custom attribute and keeps the others; one that is not there is success.
//
// It calls systemusers_get and systemusers_put.
func (s *SystemusersService) RemoveAttribute(ctx context.Context, id, name string, opts ...RequestOption) (*Systemuser, error) {
	return s.merge(ctx, id, opts, "attributes", func(body *SystemuserUpdate) {
		body.Attributes = without(withValues(body.Attributes), name, attributeName)
	})
}

// SetAddress gives a user an address, in place of the first one of the same type, such as "work" or
// "home", and keeps the others. See [SystemusersService.SetAttribute].
//
// It calls systemusers_get and systemusers_put.
func (s *SystemusersService) SetAddress(ctx context.Context, id string, address AddressInput, opts ...RequestOption) (*Systemuser, error) {
	if addressType(address) == "" {
		return nil, &ParamError{Param: "address", Problem: `has no type; set Type, such as "work"`}
	}
	return s.merge(ctx, id, opts, "addresses", func(body *SystemuserUpdate) {
		body.Addresses = put(body.Addresses, address, addressType)
	})
}

// RemoveAddress removes the addresses of a type and keeps the others; none is success.
//
// It calls systemusers_get and systemusers_put.
func (s *SystemusersService) RemoveAddress(ctx context.Context, id, addressOfType string, opts ...RequestOption) (*Systemuser, error) {
	return s.merge(ctx, id, opts, "addresses", func(body *SystemuserUpdate) {
		body.Addresses = without(body.Addresses, addressOfType, addressType)
	})
}

// SetPhoneNumber gives a user a phone number, in place of the first one of the same type, such as
// "mobile", "home", "work", "work_mobile" or "work_fax", and keeps the others. See
// [SystemusersService.SetAttribute].
//
// It calls systemusers_get and systemusers_put.
func (s *SystemusersService) SetPhoneNumber(ctx context.Context, id, numberType, number string, opts ...RequestOption) (*Systemuser, error) {
	if numberType == "" {
		return nil, &ParamError{Param: "numberType", Problem: `is empty; name the type, such as "mobile"`}
	}
	return s.merge(ctx, id, opts, "phoneNumbers", func(body *SystemuserUpdate) {
		body.PhoneNumbers = put(body.PhoneNumbers, PhoneNumberInput{Type: Set(numberType), Number: Set(number)}, phoneType)
	})
}

// RemovePhoneNumber removes the phone numbers of a type and keeps the others; none is success.
//
// It calls systemusers_get and systemusers_put.
func (s *SystemusersService) RemovePhoneNumber(ctx context.Context, id, numberType string, opts ...RequestOption) (*Systemuser, error) {
	return s.merge(ctx, id, opts, "phoneNumbers", func(body *SystemuserUpdate) {
		body.PhoneNumbers = without(body.PhoneNumbers, numberType, phoneType)
	})
}

// withValues gives each attribute a value: it may be empty, but has to be there.
func withValues(attributes []UserAttributeInput) []UserAttributeInput {
	for i := range attributes {
		attributes[i].Value = Set(attributes[i].Value.Or(""))
	}
	return attributes
}

func attributeName(a UserAttributeInput) string { return a.Name.Or("") }
func addressType(a AddressInput) string         { return a.Type.Or("") }
func phoneType(p PhoneNumberInput) string       { return p.Type.Or("") }

// merge reads a user and writes what change makes of one of its lists, which an update replaces whole.
func (s *SystemusersService) merge(ctx context.Context, id string, opts []RequestOption, list string, change func(*SystemuserUpdate)) (*Systemuser, error) {
	return modify(opts,
		func(opts ...RequestOption) (*Systemuser, error) { return s.Get(ctx, id, nil, opts...) },
		func(body SystemuserUpdate, opts ...RequestOption) (*Systemuser, error) {
			return s.Update(ctx, id, body, nil, opts...)
		},
		change, list)
}

// put replaces the first item with the same key, or appends.
func put[I any](items []I, item I, key func(I) string) []I {
	for i := range items {
		if key(items[i]) == key(item) {
			items[i] = item
			return items
		}
	}
	return append(items, item)
}

// without removes the items with a key. What is left is a list, if an empty one.
func without[I any](items []I, unwanted string, key func(I) string) []I {
	return slices.DeleteFunc(append([]I{}, items...), func(item I) bool { return key(item) == unwanted })
}
