package jumpcloud_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func decodeTime(t *testing.T, text string) jumpcloud.Time {
	t.Helper()
	var decoded jumpcloud.Time
	require.NoError(t, json.Unmarshal([]byte(text), &decoded))
	return decoded
}

func TestTime_ReadsTheFormsThatOccur(t *testing.T) {
	for text, want := range map[string]time.Time{
		`"2021-02-12T17:45:42.369Z"`:       time.Date(2021, 2, 12, 17, 45, 42, 369_000_000, time.UTC),
		`"2021-02-12T17:45:42Z"`:           time.Date(2021, 2, 12, 17, 45, 42, 0, time.UTC),
		`"2021-02-12T18:45:42+01:00"`:      time.Date(2021, 2, 12, 17, 45, 42, 0, time.UTC),
		`"2020-01-01T02:00:00"`:            time.Date(2020, 1, 1, 2, 0, 0, 0, time.UTC),
		`"2020-01-01T02:00:00.5"`:          time.Date(2020, 1, 1, 2, 0, 0, 500_000_000, time.UTC),
		`"2021-10-24"`:                     time.Date(2021, 10, 24, 0, 0, 0, 0, time.UTC),
		`"2021-02-12T17:45:42.123456789Z"`: time.Date(2021, 2, 12, 17, 45, 42, 123456789, time.UTC),
		`"2021-02-12T17:45:42\u002e5Z"`:    time.Date(2021, 2, 12, 17, 45, 42, 500_000_000, time.UTC),
	} {
		decoded := decodeTime(t, text)
		assert.True(t, want.Equal(decoded.Time), "%s: %s", text, decoded.Time)
		assert.False(t, decoded.IsZero())
	}
}

func TestTime_IsWrittenBackAsItWasSent(t *testing.T) {
	for _, text := range []string{
		`"2021-02-12T17:45:42.369Z"`, `"2021-02-12T18:45:42+01:00"`, `"2020-01-01T02:00:00"`, `"2021-10-24"`, `"soon"`, `"0000-00-00"`, `12345`, `"a \"b\" ü"`, `{"a":1}`, `true`,
	} {
		assert.Equal(t, text, encode(t, decodeTime(t, text)))
	}
}

func TestTime_NullAndEmptyAreZero(t *testing.T) {
	for _, text := range []string{`null`, `""`} {
		decoded := decodeTime(t, text)
		assert.True(t, decoded.IsZero(), text)
		assert.True(t, decoded.Time.IsZero(), text)
		assert.Empty(t, decoded.Text(), text)
		assert.Equal(t, `null`, encode(t, decoded), text)
	}
	assert.True(t, jumpcloud.Time{}.IsZero())
	assert.Equal(t, `null`, encode(t, jumpcloud.Time{}))
	assert.Equal(t, `{}`, encode(t, struct {
		Created jumpcloud.Time `json:"created,omitzero"`
	}{}))
}

func TestTime_DecodingAgainForgetsWhatWasThere(t *testing.T) {
	decoded := decodeTime(t, `"2021-02-12T17:45:42.369Z"`)

	require.NoError(t, json.Unmarshal([]byte(`null`), &decoded))

	assert.True(t, decoded.IsZero())
}

func TestTime_OddDateIsKeptAsItsText(t *testing.T) {
	for text, shown := range map[string]string{`"soon"`: "soon", `"12/02/2021"`: "12/02/2021", `1613151942369`: "1613151942369", `"2021-02-30T00:00:00Z"`: "2021-02-30T00:00:00Z"} {
		decoded := decodeTime(t, text)
		assert.True(t, decoded.Time.IsZero(), text)
		assert.False(t, decoded.IsZero(), "there is a date, it only cannot be read")
		assert.Equal(t, shown, decoded.Text())
		assert.Equal(t, shown, decoded.String())
	}
}

func TestTime_OddDateDoesNotFailTheObjectAroundIt(t *testing.T) {
	w := newWire(t, ok(`{"_id":"u1","created":"not yet","password_date":12,"username":"ann"}`))

	user, err := newClient(t, w).Systemusers.Get(t.Context(), "u1", nil)

	require.NoError(t, err)
	assert.Equal(t, "ann", user.Username)
	assert.Equal(t, "not yet", user.Created.Text())
	assert.Equal(t, "12", user.PasswordDate.Text())
	assert.True(t, user.PasswordExpirationDate.IsZero())
}

func TestTime_ChangedTimeIsWrittenAnew(t *testing.T) {
	for _, text := range []string{`"2021-02-12T17:45:42.369Z"`, `"soon"`, `12345`} {
		decoded := decodeTime(t, text)
		decoded.Time = time.Date(2022, 3, 4, 5, 6, 7, 0, time.UTC)
		assert.Equal(t, `"2022-03-04T05:06:07.000Z"`, encode(t, decoded), text)
		assert.Equal(t, "2022-03-04T05:06:07.000Z", decoded.Text(), text)
	}
}

func TestTime_TextStandsWhileItMeansTheSame(t *testing.T) {
	decoded := decodeTime(t, `"2021-02-12T18:45:42+01:00"`)

	decoded.Time = decoded.Time.UTC() // the same instant, told otherwise

	assert.Equal(t, `"2021-02-12T18:45:42+01:00"`, encode(t, decoded))
}

func TestTime_ClearedTimeIsNull(t *testing.T) {
	decoded := decodeTime(t, `"2021-02-12T17:45:42.369Z"`)

	decoded.Time = time.Time{}

	assert.Equal(t, `null`, encode(t, decoded))
	assert.True(t, decoded.IsZero())
}

func TestTime_NewTimeIsWrittenInUTCWithMilliseconds(t *testing.T) {
	made := jumpcloud.NewTime(time.Date(2021, 2, 12, 18, 45, 42, 369_999_999, time.FixedZone("CET", 3600)))

	assert.Equal(t, `"2021-02-12T17:45:42.369Z"`, encode(t, made))
	assert.Equal(t, "2021-02-12T17:45:42.369Z", made.Text())
}

func TestTime_PrintsItsText(t *testing.T) {
	decoded := decodeTime(t, `"2020-01-01T02:00:00"`)

	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		assert.Equal(t, "2020-01-01T02:00:00", fmt.Sprintf(format, decoded), format)
	}
	assert.Equal(t, `"2020-01-01T02:00:00"`, fmt.Sprintf("%q", decoded))
	assert.Empty(t, fmt.Sprint(jumpcloud.Time{}))
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "at", decoded)
	assert.Contains(t, out.String(), "at=2020-01-01T02:00:00")
}

func TestTime_HasTheMethodsOfATime(t *testing.T) {
	decoded := decodeTime(t, `"2021-02-12T17:45:42.369Z"`)

	assert.Equal(t, 2021, decoded.Year())
	assert.True(t, decoded.Before(time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)))
}

func TestTime_AsTextKeepsADateThatCannotBeRead(t *testing.T) {
	for _, text := range []string{"2021-02-12T17:45:42.369Z", "2020-01-01T02:00:00", "soon", ""} {
		decoded := decodeTime(t, encode(t, text))

		written, err := decoded.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, text, string(written))
		appended, err := decoded.AppendText([]byte("at "))
		require.NoError(t, err)
		assert.Equal(t, "at "+text, string(appended))

		var read jumpcloud.Time
		require.NoError(t, read.UnmarshalText(written))
		assert.Equal(t, decoded, read)
	}
	assert.Equal(t, `{"soon":1}`, encode(t, map[jumpcloud.Time]int{decodeTime(t, `"soon"`): 1}))
}

func TestTime_EqualComparesInstantsAndTexts(t *testing.T) {
	noon := decodeTime(t, `"2021-02-12T12:00:00Z"`)

	assert.True(t, noon.Equal(decodeTime(t, `"2021-02-12T13:00:00+01:00"`)))
	assert.True(t, noon.Equal(time.Date(2021, 2, 12, 12, 0, 0, 0, time.UTC)))
	assert.False(t, noon.Equal(jumpcloud.Time{}))
	assert.False(t, noon.Equal(decodeTime(t, `"soon"`)))
	assert.True(t, decodeTime(t, `"soon"`).Equal(decodeTime(t, `"soon"`)))
	assert.False(t, decodeTime(t, `"soon"`).Equal(decodeTime(t, `"late"`)))
	assert.False(t, decodeTime(t, `"soon"`).Equal(jumpcloud.Time{}))
	assert.True(t, jumpcloud.Time{}.Equal(jumpcloud.Time{}))
}
